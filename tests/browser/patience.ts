/**
 * How long to wait for what the page will show. On a busy machine the first call of each function starts a process, and
 * an answer of the emulator can get lost: the page then shows "Offline", until the SDK's WebChannel gives up the
 * request after 20 or 45 seconds and repeats it after 5 to 15 seconds (webchannel_blob_es2018.js).
 */
export const liveWithinMs = 90_000;
