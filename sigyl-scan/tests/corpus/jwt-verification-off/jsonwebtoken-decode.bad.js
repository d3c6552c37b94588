const jwt = require("jsonwebtoken");

module.exports = function auth(req, res, next) {
  const claims = jwt.decode((req.headers.authorization || "").split(" ")[1]);
  if (!claims) return res.status(401).end();
  req.user = claims.sub;
  next();
};
