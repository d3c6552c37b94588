const jwt = require("jsonwebtoken");

module.exports = function auth(req, res, next) {
  try {
    req.user = jwt.verify((req.headers.authorization || "").split(" ")[1], process.env.KEY, { algorithms: ["HS256"] }).sub;
  } catch {
    return res.status(401).end();
  }
  next();
};
