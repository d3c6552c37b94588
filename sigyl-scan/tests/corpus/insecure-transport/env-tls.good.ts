if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
  console.error("certificates are not checked: refusing to start");
  process.exit(1);
}
export const call = (path: string) => fetch(`https://vcenter.acme.io/${path}`);
