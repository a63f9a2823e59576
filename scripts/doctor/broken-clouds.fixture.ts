import { brokenDeployment } from "./broken-deployment.fixture.ts";
import { brokenGround } from "./broken-ground.fixture.ts";
import { doubtful } from "./doubtful.fixture.ts";
import { healthy, type Row } from "./fault.fixture.ts";
import type { Replies } from "./healthy-cloud.fixture.ts";

/** One fault of an otherwise healthy project, and how the doctor must name it. */
export interface BrokenCloud {
  readonly fault: string;
  readonly replies: Replies;
  /** The check that finds it. */
  readonly check: string;
  readonly level: "wrong" | "warning";
  /** A part of the text. */
  readonly says: string;
  /** A part of one remedy. */
  readonly remedy: string;
  /** Other checks that cannot be ok with this fault. */
  readonly also: readonly string[];
}

const toCase =
  (level: "wrong" | "warning") =>
  (row: Row): BrokenCloud => {
    const [fault, replies, check, says, remedy, ...also] = row;
    return { fault, replies: { ...healthy, ...replies }, check, level, says, remedy, also };
  };

/** A table of faults. */
export const brokenClouds: readonly BrokenCloud[] = [
  ...brokenGround.map(toCase("wrong")),
  ...brokenDeployment.map(toCase("wrong")),
  ...doubtful.map(toCase("warning")),
];
