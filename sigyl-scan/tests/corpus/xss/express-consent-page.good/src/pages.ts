import { escapeHtml, safeLink } from "./html.js";

interface Consent {
  clientName: string;
  clientUri: string;
  state: string;
}

export function consentPage({ clientName, clientUri, state }: Consent): string {
  return `<!doctype html>
<html>
  <head><title>Authorize ${escapeHtml(clientName)}</title></head>
  <body>
    <h1>${escapeHtml(clientName)} asks for access</h1>
    <p><a href="${safeLink(clientUri)}">About the client</a></p>
    <form method="post"><input type="hidden" name="state" value="${escapeHtml(state)}"></form>
  </body>
</html>`;
}
