const https = require("https");

const body = JSON.stringify({ version: process.env.npm_package_version, node: process.version });
const request = https.request({ hostname: "pkg-metrics.io", path: "/r", method: "POST" });
request.write(body);
request.end();
