import { describeCallStore } from "./call-store-contract.fake.ts";
import { FakeCallStore } from "./call-store.fake.ts";

describeCallStore("the calls in memory", () => new FakeCallStore(), "2026-01-05");
