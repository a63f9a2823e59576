import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { type Entry, parseFilter, valueAt } from "./logging-query.fake.ts";
import { stretchedFrom } from "../functions/src/model/stretch.ts";
import { realLines } from "./real-lines.fake.ts";

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), "utf8");
const filesIn = (folder: string): string[] =>
  globSync(`${folder}/*.json`, { cwd: import.meta.dirname }).sort();

/** LogMetric of the Logging API v2. Strict: a misspelled field would be ignored or refused at Google. */
const metricFile = z.strictObject({
  name: z.string().regex(/^calendar_sync_[a-z_]+$/),
  description: z.string(),
  filter: z.string(),
  metricDescriptor: z.strictObject({
    metricKind: z.literal("DELTA"),
    valueType: z.enum(["INT64", "DISTRIBUTION"]),
    unit: z.enum(["1", "ms"]),
    displayName: z.string(),
    labels: z.array(
      z.strictObject({ key: z.string(), valueType: z.literal("STRING"), description: z.string() }),
    ),
  }),
  labelExtractors: z.record(z.string(), z.string()),
  valueExtractor: z.string().optional(),
  bucketOptions: z
    .strictObject({ explicitBuckets: z.strictObject({ bounds: z.array(z.number()).min(2) }) })
    .optional(),
});

const aggregation = z.strictObject({
  alignmentPeriod: z.string().regex(/^\d+s$/),
  // The metrics are deltas. The other aligners would turn a distribution into something else.
  perSeriesAligner: z.literal("ALIGN_DELTA"),
  crossSeriesReducer: z.enum(["REDUCE_SUM", "REDUCE_MEAN", "REDUCE_PERCENTILE_50", "REDUCE_PERCENTILE_95"]),
  groupByFields: z.array(z.string()),
});

/** AlertPolicy of the Monitoring API v3. */
const policyFile = z.strictObject({
  displayName: z.string().startsWith("Calendar sync: "),
  combiner: z.literal("OR"),
  severity: z.enum(["CRITICAL", "ERROR", "WARNING"]),
  userLabels: z.strictObject({ app: z.literal("calendar-sync") }),
  documentation: z.strictObject({ content: z.string(), mimeType: z.literal("text/markdown") }),
  conditions: z
    .array(
      z.strictObject({
        displayName: z.string(),
        conditionThreshold: z.strictObject({
          filter: z.string(),
          aggregations: z.array(aggregation).length(1),
          comparison: z.enum(["COMPARISON_GT", "COMPARISON_LT"]),
          thresholdValue: z.number(),
          duration: z.string(),
        }),
      }),
    )
    .length(1),
  alertStrategy: z.strictObject({ autoClose: z.string() }),
});

const metrics = filesIn("metrics").map(path => ({ path, ...metricFile.parse(JSON.parse(read(path))) }));
const policies = filesIn("policies").map(path => ({ path, ...policyFile.parse(JSON.parse(read(path))) }));
const metricOf = (name: string) => metrics.find(metric => metric.name === name);

/** The lines that each metric counts or measures: the group of lines and the line's message. */
const counted: Readonly<Record<string, readonly string[]>> = {
  calendar_sync_alarms: ["an alarm: alarm"],
  calendar_sync_calendars_in_error: ["a calendar that shows an error: calendar shows an error"],
  // The first occurrence of the unreadable series is written.
  calendar_sync_change_age: ["a pull of a change: sync", "an unreadable series: sync"],
  calendar_sync_daily_calls: [
    "a round with few calls used: calendar calls",
    "a round with all calls used: calendar calls",
  ],
  calendar_sync_errors: ["an event that the store refuses: refused by the store"],
  calendar_sync_google_calls: [
    "a full sync: sync",
    "a pull of a change: sync",
    "a pull of nothing: sync",
    "a calendar that shows an error: sync",
    "an unreadable event: sync",
    "an unreadable series: sync",
    "an event that the store refuses: sync",
    "an alarm: sync",
  ],
  calendar_sync_pushes_refused: ["a push of a foreign channel: 404"],
  calendar_sync_smallest_channel_life: ["a daily round: watches surveyed"],
  calendar_sync_unreadable_events: [
    "an unreadable event: event skipped",
    "an unreadable series: series not read completely",
    "an event that the store refuses: refused by the store",
  ],
  calendar_sync_unwatched_calendars: [
    "a daily round: watches surveyed",
    "a daily round without channels: watches surveyed",
  ],
};

let lines: readonly { readonly name: string; readonly entry: Entry }[];
beforeAll(async () => {
  lines = Object.entries(await realLines()).flatMap(([group, entries]) =>
    entries.map(entry => {
      const what = valueAt(entry, "jsonPayload.message") ?? valueAt(entry, "httpRequest.status");
      return { name: `${group}: ${String(what)}`, entry };
    }),
  );
});

const matching = (filter: string) => {
  const matches = parseFilter(filter);
  return lines.filter(({ entry }) => matches(entry));
};
const extracted = (extractor: string, entry: Entry): unknown => {
  const path = /^EXTRACT\(([\w.]+)\)$/.exec(extractor)?.[1];
  if (path === undefined) throw new Error(`unknown extractor ${extractor}`);
  return valueAt(entry, path);
};

describe.each(metrics)("the metric $name", metric => {
  test("has the name of its file", () => {
    expect(basename(metric.path, ".json")).toBe(metric.name);
  });

  test("matches the lines that it is for, and no other line that the code writes", () => {
    expect([...new Set(matching(metric.filter).map(({ name }) => name))]).toEqual(counted[metric.name]);
  });

  test("finds the values of its labels in each of these lines", () => {
    const keys = metric.metricDescriptor.labels.map(({ key }) => key);
    expect(Object.keys(metric.labelExtractors)).toEqual(keys);
    for (const { entry } of matching(metric.filter))
      for (const extractor of Object.values(metric.labelExtractors))
        expect(String(extracted(extractor, entry))).toMatch(/^(?!undefined|null|\[object)./);
  });

  test("finds a number in each of these lines if it is a distribution", () => {
    const { valueExtractor, bucketOptions, metricDescriptor } = metric;
    expect([valueExtractor !== undefined, bucketOptions !== undefined]).toEqual(
      metricDescriptor.valueType === "DISTRIBUTION" ? [true, true] : [false, false],
    );
    if (valueExtractor === undefined) return;
    const values = matching(metric.filter).map(({ entry }) => extracted(valueExtractor, entry));
    expect(values.map(value => typeof value)).toEqual(values.map(() => "number"));
    const bounds = bucketOptions?.explicitBuckets.bounds ?? [];
    expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
  });
});

const monitoringFilter =
  /^resource\.type="cloud_run_revision" AND metric\.type="logging\.googleapis\.com\/user\/(?<name>\w+)"$/;

/** Checks that the aggregation fits the metric that the filter names. */
function expectReadable(
  filter: string,
  { crossSeriesReducer, groupByFields }: z.infer<typeof aggregation>,
): void {
  const metric = metricOf(monitoringFilter.exec(filter)?.groups?.["name"] ?? filter);
  if (metric === undefined) throw new Error(`no metric for ${filter}`);
  const isCount = metric.metricDescriptor.valueType === "INT64";
  expect({ filter, isCount }).toEqual({ filter, isCount: crossSeriesReducer === "REDUCE_SUM" });
  const labels = metric.metricDescriptor.labels.map(({ key }) => `metric.label.${key}`);
  for (const field of groupByFields) expect(labels).toContain(field);
}

/** The anchors of the runbook's headings, as GitHub makes them. */
const anchors = [...read("../docs/runbook.md").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
  title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-"),
);

describe.each(policies)("the alert $path", policy => {
  test("reads a metric that exists, by labels that the metric has", () => {
    for (const { conditionThreshold } of policy.conditions)
      for (const each of conditionThreshold.aggregations) expectReadable(conditionThreshold.filter, each);
  });

  test("names its section of the runbook", () => {
    const anchor = /\bdocs\/runbook\.md#([\w-]+)$/.exec(policy.documentation.content)?.[1];
    expect(anchors).toContain(anchor);
  });

  test("is explained in the README", () => {
    expect(read("README.md")).toContain(`\`${basename(policy.path, ".json")}\``);
  });
});

test("the alert about channels fires at the life of which the runbook speaks", () => {
  const policy = policies.find(({ path }) => path.endsWith("channel-life.json"));
  expect(policy?.conditions[0]?.conditionThreshold).toMatchObject({
    comparison: "COMPARISON_LT",
    thresholdValue: 86_400_000,
  });
});

test("the alert about the day's calls fires at the share from which background work is stretched", () => {
  const policy = policies.find(({ path }) => path.endsWith("daily-calls.json"));
  expect(policy?.conditions[0]?.conditionThreshold).toMatchObject({
    comparison: "COMPARISON_GT",
    thresholdValue: stretchedFrom,
  });
});

const sumQuery =
  /^sum by \((?<label>\w+)\) \(increase\(logging_googleapis_com:user_(?<name>\w+)_sum\{monitored_resource="cloud_run_revision"\}\[\$\{__interval\}\]\)\)$/;

test("the dashboard charts metrics that exist, every one of them", () => {
  const query = z.union([
    z.strictObject({ timeSeriesFilter: z.strictObject({ filter: z.string(), aggregation }) }),
    z.strictObject({ prometheusQuery: z.string() }),
  ]);
  const dashboard = z.object({
    mosaicLayout: z.object({
      tiles: z.array(
        z.object({
          widget: z.object({
            xyChart: z.object({ dataSets: z.array(z.object({ timeSeriesQuery: query })) }),
          }),
        }),
      ),
    }),
  });
  const { mosaicLayout } = dashboard.parse(JSON.parse(read("dashboard.json")));
  const queries = mosaicLayout.tiles.flatMap(({ widget }) =>
    widget.xyChart.dataSets.map(({ timeSeriesQuery }) => timeSeriesQuery),
  );
  const charted = queries.map(each => {
    if ("timeSeriesFilter" in each) {
      expectReadable(each.timeSeriesFilter.filter, each.timeSeriesFilter.aggregation);
      return monitoringFilter.exec(each.timeSeriesFilter.filter)?.groups?.["name"];
    }
    // Sums of a distribution exist in PromQL only (docs.cloud.google.com/monitoring/promql/promql-mapping).
    const { name = "", label } = sumQuery.exec(each.prometheusQuery)?.groups ?? {};
    expect(metricOf(name)?.metricDescriptor.valueType).toBe("DISTRIBUTION");
    expect(Object.keys(metricOf(name)?.labelExtractors ?? {})).toContain(label);
    return name;
  });
  expect([...new Set(charted)].sort()).toEqual(metrics.map(({ name }) => name).sort());
});

test("main.tf maps every field of the files", () => {
  const terraform = read("main.tf");
  const fields = (value: unknown, skip: readonly string[]): string[] =>
    Array.isArray(value)
      ? value.flatMap(each => fields(each, skip))
      : typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, each]) => [
            name,
            ...(skip.includes(name) ? [] : fields(each, skip)),
          ])
        : [];
  const all = [...filesIn("metrics"), ...filesIn("policies")].flatMap(path =>
    // The names of labels are data.
    fields(JSON.parse(read(path)), ["labelExtractors", "userLabels"]),
  );
  expect([...new Set(all)].filter(name => !new RegExp(`\\.${name}\\b`).test(terraform))).toEqual([]);
});
