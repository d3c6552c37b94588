import pino from "pino";

const log = pino({ name: "calendar" });

export async function exchange(code: string) {
  const answer = await fetch("https://login.example.org/oauth/token", {
    method: "POST",
    body: new URLSearchParams({ code, grant_type: "authorization_code" }),
  });
  const body = await answer.json();
  const accessToken = body.access_token;
  log.info(`exchanged the code, token type ${body.token_type}, expires in ${body.expires_in}`);
  log.debug({ nextPageToken: body.next_page, tokenCount: 3, hasRefreshToken: "refresh_token" in body }, "details");
  return { accessToken, refreshToken: body.refresh_token };
}
