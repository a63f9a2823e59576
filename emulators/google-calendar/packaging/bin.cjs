#!/usr/bin/env node
"use strict";
// The command of the package. Its syntax is the oldest, because a Node that is too old for main.js has to read it.
var version = process.versions.node;
if (Number(version.split(".")[0]) < 20) {
  process.stderr.write(
    "google-calendar-emulator needs Node 20 or newer, and this is Node " + version + ".\n",
  );
  process.exit(1);
} else {
  import("./main.js");
}
