/**
 * What a node tells about itself: logs, metrics and health.
 *
 * @module
 */

export {
  configureLogging,
  type ConfigureLoggingOptions,
  resetLogging,
} from "./configure_logging.ts";
export { getLogger, type Logger, type LogLevel, ROOT_CATEGORY } from "./logger.ts";
export type { LogFields } from "./sanitize_fields.ts";

export { Counter } from "./counter.ts";
export { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
export { Gauge, type GaugeReading, type GaugeValue, type ReadGauge } from "./gauge.ts";
export { DEFAULT_BUCKETS, Histogram, type HistogramDefinition } from "./histogram.ts";
export type { Metric, MetricDefinition, Sample } from "./metric.ts";
export { METRICS, type Metrics } from "./metric_names.ts";
export { MetricsRegistry } from "./metrics_registry.ts";
export { observeProcess, type ObserveProcessOptions } from "./process_metrics.ts";
export { type LabelArguments, type Labels, OVERFLOW_LABEL } from "./series.ts";

export {
  type CheckResult,
  type HealthCheck,
  HealthRegistry,
  type HealthReport,
  type HealthReportOptions,
  type RegisterCheckOptions,
} from "./health_registry.ts";
