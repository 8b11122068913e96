import assert from "node:assert/strict";
import fc from "fast-check";
import { InviteInvalidError } from "../../../../../src/network/trust/invite/errors.ts";
import {
  createInviteCode,
  parseInviteCode,
} from "../../../../../src/network/trust/invite/invite_code.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function plain(code: string): string {
  return code.replaceAll("-", "");
}

function isAccepted(code: string): boolean {
  try {
    parseInviteCode(code);
    return true;
  } catch (error) {
    assert.ok(error instanceof InviteInvalidError);
    return false;
  }
}

Deno.test("createInviteCode makes four groups of five characters, each time others", () => {
  const codes = Array.from({ length: 200 }, createInviteCode);
  for (const code of codes) {
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  }
  assert.equal(new Set(codes).size, codes.length);
  // Chance reaches the first character and the last one that is not of the checksum.
  for (const index of [0, 17]) {
    const seen = new Set(codes.map((code) => plain(code)[index]));
    assert.ok(seen.size > 20, `${seen.size} different characters at ${index}`);
  }
});

// docs/protocol.md, 7.1
Deno.test("parseInviteCode gives one secret for one code, however it is typed", () => {
  for (let round = 0; round < 50; round++) {
    const made = createInviteCode();
    const secret = parseInviteCode(made);
    assert.equal(secret.length, 12);
    assert.ok((secret[0] ?? 255) < 16, "92 bits");
    const misread = made.replaceAll("0", "o").replaceAll("1", round % 2 === 0 ? "l" : "I");
    for (
      const typed of [plain(made), made.toLowerCase(), ` ${made.replaceAll("-", " ")}\n`, misread]
    ) {
      assert.deepEqual(parseInviteCode(typed), secret);
    }
  }
});

Deno.test("parseInviteCode finds each wrong character", () => {
  for (let round = 0; round < 5; round++) {
    const code = plain(createInviteCode());
    for (let index = 0; index < code.length; index++) {
      for (const character of ALPHABET) {
        if (character === code[index]) continue;
        const wrong = code.slice(0, index) + character + code.slice(index + 1);
        assert.equal(isAccepted(wrong), false, `${code} ${wrong}`);
      }
    }
  }
});

Deno.test("parseInviteCode finds two neighbours that have changed places", () => {
  for (let round = 0; round < 100; round++) {
    const code = plain(createInviteCode());
    for (let index = 1; index < code.length; index++) {
      const [a = "", b = ""] = [code[index - 1], code[index]];
      const wrong = code.slice(0, index - 1) + b + a + code.slice(index + 1);
      assert.equal(isAccepted(wrong), a === b, `${code} ${wrong}`);
    }
  }
});

Deno.test("parseInviteCode says what is wrong, and does not repeat the code", () => {
  const code = createInviteCode();
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /0 characters instead of 20/],
    [code.slice(0, -1), /19 characters instead of 20/],
    [`${code}7`, /21 characters instead of 20/],
    [`U${code.slice(1)}`, /the character "U"/],
    ["00000-00000-00000-00000", /a character of it is wrong/],
  ];
  for (const [text, reason] of cases) {
    assert.throws(() => parseInviteCode(text), (error) => {
      assert.ok(error instanceof InviteInvalidError);
      assert.equal(error.code, "invite_invalid");
      assert.match(error.message, reason);
      assert.ok(!error.message.includes(code.slice(1, -1)));
      return true;
    });
  }
});

Deno.test("parseInviteCode takes any text, and accepts hardly any by chance", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    isAccepted(text);
  }));
  const guess = fc.string({
    unit: fc.constantFrom(...ALPHABET),
    minLength: 20,
    maxLength: 20,
  });
  const accepted = fc.sample(guess, 5_000).filter(isAccepted).length;
  assert.ok(accepted < 60, `${accepted} of 5000, of which 20 are expected`);
});
