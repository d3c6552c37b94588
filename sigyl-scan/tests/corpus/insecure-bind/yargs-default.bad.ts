import yargs from "yargs";
import { serve } from "./serve";

const argv = yargs(process.argv.slice(2))
  .option("port", { type: "number", default: 8000 })
  .option("host", { type: "string", default: "0.0.0.0", describe: "address" })
  .parseSync();
serve(argv.host, argv.port);
