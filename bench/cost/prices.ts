/** List prices in US dollars. The document prints all of them with their sources. */
export interface Price {
  readonly what: string;
  readonly dollars: number;
  /** The price is for so many units. */
  readonly per: number;
  readonly unit: string;
  /** What costs nothing, in the units and for the time that the text says. */
  readonly free: string;
  readonly source: string;
}

const firestorePage = "firebase.google.com/docs/firestore/pricing";
const runPage = "cloud.google.com/run/pricing";
/** A stored copy of the page contains the price. */
const read = "read 2026-11-29";
/** The copy of the page ends before the number, but a description of it from 2025 has it. */
const readElsewhere = "read in cloudchipr.com/blog/cloud-run-pricing";
/** No copy of the present page with this number was found, so it must be checked before it is relied on. */
const notRead = "**not read again**";

export const prices = {
  read: {
    what: "Firestore reads (US multi-region)",
    dollars: 0.06,
    per: 100_000,
    unit: "100,000",
    free: "50,000 a day",
    source: `${firestorePage}; free quota ${read}, price ${notRead}`,
  },
  write: {
    what: "Firestore writes",
    dollars: 0.18,
    per: 100_000,
    unit: "100,000",
    free: "20,000 a day",
    source: `${firestorePage}; free quota ${read}, price ${notRead}`,
  },
  remove: {
    what: "Firestore deletes",
    dollars: 0.02,
    per: 100_000,
    unit: "100,000",
    free: "20,000 a day",
    source: `${firestorePage}; free quota ${read}, price ${notRead}`,
  },
  storedByte: {
    what: "Firestore storage",
    dollars: 0.18,
    per: 2 ** 30,
    unit: "GiB and month",
    free: "1 GiB",
    source: `${firestorePage}; free quota ${read}, price ${notRead}`,
  },
  sentByte: {
    what: "Data sent to clients (North America)",
    dollars: 0.12,
    per: 2 ** 30,
    unit: "GiB",
    free: "10 GiB a month (Firestore)",
    source: `${firestorePage}; free quota ${read}, price ${notRead}`,
  },
  taskOperation: {
    what: "Cloud Tasks operations (creations and delivery attempts)",
    dollars: 0.4,
    per: 1e6,
    unit: "million",
    free: "1 million a month",
    source: `cloud.google.com/tasks/pricing, ${read}`,
  },
  request: {
    what: "Cloud Run requests (tier 1, billed by request)",
    dollars: 0.4,
    per: 1e6,
    unit: "million",
    free: "2 million a month",
    source: `${runPage}; free amount ${read}, price ${readElsewhere}`,
  },
  vcpuSecond: {
    what: "Cloud Run CPU",
    dollars: 0.000024,
    per: 1,
    unit: "vCPU-second",
    free: "180,000 a month",
    source: `${runPage}, ${read}`,
  },
  gibSecond: {
    what: "Cloud Run memory",
    dollars: 0.0000025,
    per: 1,
    unit: "GiB-second",
    free: "360,000 a month",
    source: `${runPage}; free amount ${read}, price ${readElsewhere}`,
  },
  loggedByte: {
    what: "Cloud Logging, kept for 30 days",
    dollars: 0.5,
    per: 2 ** 30,
    unit: "GiB",
    free: "50 GiB a month",
    source: `cloud.google.com/stackdriver/pricing, ${read}`,
  },
} as const satisfies Readonly<Record<string, Price>>;

/** What is counted, and has a price. */
export type Resource = keyof typeof prices;

/**
 * What a project costs in a month however many calendars it has. The amounts are assumed. `beyondFree` are the dollars
 * that remain if the project has the free amounts for itself.
 */
export const fixedCosts = [
  {
    what: "Cloud Scheduler: 3 jobs",
    dollars: 3 * 0.1,
    beyondFree: 0,
    free: "3 jobs of a billing account",
    source: `$0.10 a job, cloud.google.com/scheduler/pricing, ${read}`,
  },
  {
    what: "Secret Manager: 2 versions",
    dollars: 2 * 0.06,
    beyondFree: 0,
    free: "6 versions",
    source: `$0.06 a version, cloud.google.com/secret-manager/pricing, ${read}`,
  },
  {
    what: "Secret Manager: 2 accesses at each of 100 starts of an instance a day",
    dollars: (2 * 100 * 30 * 0.03) / 10_000,
    beyondFree: 0,
    free: "10,000 accesses",
    source: `$0.03 for 10,000, cloud.google.com/secret-manager/pricing, ${read}`,
  },
  {
    what: "Artifact Registry: 1 GB of images",
    dollars: 0.1,
    beyondFree: 0.05,
    free: "0.5 GB",
    source: `$0.10 a GB, cloud.google.com/artifact-registry/pricing, ${read}`,
  },
  {
    what: "Cloud Build: 17 functions × 2 minutes a deploy, 4 deploys",
    dollars: 17 * 2 * 4 * 0.006,
    beyondFree: 0,
    free: "2,500 minutes",
    source: `$0.006 a minute, cloud.google.com/build/pricing, ${notRead}`,
  },
] as const;

/** The free amounts of a month of 30 days, by resource. */
export const freeAmounts: Readonly<Record<Resource, number>> = {
  read: 50_000 * 30,
  write: 20_000 * 30,
  remove: 20_000 * 30,
  storedByte: 2 ** 30,
  sentByte: 10 * 2 ** 30,
  taskOperation: 1e6,
  request: 2e6,
  vcpuSecond: 180_000,
  gibSecond: 360_000,
  loggedByte: 50 * 2 ** 30,
};
