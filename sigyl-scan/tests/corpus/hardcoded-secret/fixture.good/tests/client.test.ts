const client = connect({ apiKey: "8f3b1c7d9e2a4056b1c8d3e7", password: "Gl4cier-Tandem!82" });
export default client;
