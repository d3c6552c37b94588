export const store = {
  add: (client: object) => client,
  begin: (query: object) => JSON.stringify(query),
};
