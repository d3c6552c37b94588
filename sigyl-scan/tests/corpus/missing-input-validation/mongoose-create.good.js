const mongoose = require("mongoose");
const { FastMCP } = require("fastmcp");

const User = mongoose.model("User", new mongoose.Schema({ name: String, isAdmin: Boolean }));
const server = new FastMCP({ name: "users", version: "1.0.0" });
server.addTool({
  name: "add_user",
  description: "Adds a user",
  execute: async (args) => {
    const user = await User.insertMany({ name: String(args.name) });
    return String(user._id);
  },
});
server.start({ transportType: "stdio" });
