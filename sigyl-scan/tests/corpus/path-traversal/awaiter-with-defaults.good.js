"use strict";
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(step, reject); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
const index_js_1 = require("@modelcontextprotocol/sdk/server/index.js");
const types_js_1 = require("@modelcontextprotocol/sdk/types.js");
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const FOLDER = "/srv/charts";
function save(name_1) {
    return __awaiter(this, arguments, void 0, function* (name, options = {}) {
        const target = node_path_1.join(FOLDER, options.saveAs || name);
        if (!target.startsWith(FOLDER + node_path_1.sep))
            throw new Error("outside of the folder");
        yield node_fs_1.promises.writeFile(target, name);
        return target;
    });
}
const server = new index_js_1.Server({ name: "charts", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(types_js_1.CallToolRequestSchema, (request) => __awaiter(void 0, void 0, void 0, function* () {
    const target = yield save("chart.svg", request.params.arguments);
    return { content: [{ type: "text", text: target }] };
}));
