import express from "express";
import { mount } from "./mcp";

const app = express();
mount(app);
const port = Number(process.env.PORT) || 3000;
app.listen(port, () => console.error(`listening on ${port}`));
