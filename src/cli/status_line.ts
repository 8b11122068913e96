/** A line that changes, below everything else that a command writes. */
export interface StatusLine extends Disposable {
  /** Change what it says. */
  setText(text: string): void;
  /** Take it away for as long as something else is written. */
  pauseFor(write: () => void): void;
}

/** How a status line is made. */
export interface StatusLineOptions {
  /** What it says at first. */
  readonly text: string;
  /** What it says at its end, asked anew all the time. */
  readonly suffix: () => string;
}

/**
 * Show a line with a spinner on standard error, which has to be a terminal.
 *
 * @param options What it says.
 * @returns The line; `undefined` if the terminal cannot show one. Disposing takes it away.
 */
export async function openStatusLine(options: StatusLineOptions): Promise<StatusLine | undefined> {
  // Loaded by commands that have to wait only.
  const { default: ora } = await import("ora");
  const { text, suffix } = options;
  const spinner = ora({
    text,
    suffixText: suffix,
    // Both would listen for signals, which commands do themselves.
    hideCursor: false,
    discardStdin: false,
  });
  if (!spinner.isEnabled) return undefined;
  spinner.start();
  return {
    setText(next) {
      spinner.text = next;
    },
    pauseFor(write) {
      spinner.clear();
      write();
      spinner.render();
    },
    [Symbol.dispose]: () => {
      spinner.stop();
    },
  };
}
