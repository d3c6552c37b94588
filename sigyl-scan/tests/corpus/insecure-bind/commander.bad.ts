import { Command } from "commander";
import { serve } from "./serve";

const program = new Command()
  .option("-p, --port <port>", "port", "3000")
  .option("-H, --host <host>", "host to bind", "0.0.0.0")
  .parse();
const options = program.opts();
serve(options.host, Number(options.port));
