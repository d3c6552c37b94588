const { tools } = require("./tools");

const hidden = (process.env.HIDE_TOOLS || "").split(",");

module.exports.handle = async function handle(message, user) {
  if (message.method === "tools/list") {
    const visible = [];
    for (const tool of Object.values(tools)) {
      if (hidden.includes(tool.name)) continue;
      visible.push(tool.definition);
    }
    return { tools: visible };
  }
  if (message.method === "tools/call") {
    return tools[message.params.name].run(message.params.arguments);
  }
};
