import yargs from "yargs";
import { serve } from "./serve";

const argv = yargs(process.argv.slice(2))
  .option("port", { type: "number", default: 8000 })
  .option("host", { type: "string", default: "127.0.0.1", describe: "address; 0.0.0.0 to share it" })
  .parseSync();
serve(argv.host, argv.port);
