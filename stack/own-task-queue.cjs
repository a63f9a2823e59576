/**
 * Loaded into the functions' processes with `--require`: their tasks go to the task queue of the stack. The suite always
 * starts its own queue with the functions, and sets the variable to its address (firebase-tools, controller.js and
 * functionsEmulator.js).
 */
const { FCS_TASKS_HOST } = process.env;
if (FCS_TASKS_HOST) process.env.CLOUD_TASKS_EMULATOR_HOST = FCS_TASKS_HOST;
