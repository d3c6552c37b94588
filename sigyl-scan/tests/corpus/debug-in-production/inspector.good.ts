import inspector from "node:inspector";

if (process.env.INSPECT) inspector.open(9229, "127.0.0.1");
