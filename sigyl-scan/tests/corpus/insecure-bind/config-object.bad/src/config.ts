export const config = {
  name: "notes",
  http: { bindAddress: "0.0.0.0", port: 3001 },
};
