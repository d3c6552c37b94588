exports.login = function login(res, sid) {
  res.writeHead(302, { Location: "/", "Set-Cookie": ["sid=" + sid + "; Path=/; HttpOnly; Secure; SameSite=Lax"] });
  res.end();
};
