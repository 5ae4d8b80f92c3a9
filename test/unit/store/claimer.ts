/** Claims the study given, says so, and keeps it until it is killed: run by owner.test.ts. */
import { TuningForkError } from "../../../src/protocol/errors.ts";
import { claimStudy } from "../../../src/store/owner.ts";

try {
  claimStudy(process.argv[2]!);
  console.log("claimed");
} catch (error) {
  console.log(error instanceof TuningForkError ? error.code : String(error));
}
process.stdin.resume();
