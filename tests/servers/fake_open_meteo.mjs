// Stands in for the weather service: loaded before the server by `node --import`, so that the tests need no network.
globalThis.fetch = async (address) => {
  const url = new URL(address);
  const answers = {
    "geocoding-api.open-meteo.com/v1/search": {
      results: [{ name: url.searchParams.get("name"), country: "Testland", latitude: 1.5, longitude: 2.5 }],
    },
    "api.open-meteo.com/v1/forecast": {
      daily: { time: ["2026-01-01"], temperature_2m_max: [7], temperature_2m_min: [-3] },
    },
  };
  return Response.json(answers[url.host + url.pathname]);
};
