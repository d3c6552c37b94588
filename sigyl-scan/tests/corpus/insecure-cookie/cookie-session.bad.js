const cookieSession = require("cookie-session");
const express = require("express");

const app = express();
app.use(cookieSession({ name: "oauth", keys: [process.env.KEY], httpOnly: false, secure: true }));
