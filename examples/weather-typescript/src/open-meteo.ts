import { z } from "zod";

/** Longest wait for an answer, in milliseconds; chosen so that a client does not give up first. */
const TIMEOUT_MS = 10_000;

const Places = z.object({
  results: z
    .array(
      z.object({
        name: z.string(),
        country: z.string().default("unknown country"),
        latitude: z.number(),
        longitude: z.number(),
      }),
    )
    .default([]),
});

const Forecast = z.object({
  daily: z.object({
    time: z.array(z.string()),
    temperature_2m_max: z.array(z.number()),
    temperature_2m_min: z.array(z.number()),
  }),
});

export type Place = z.infer<typeof Places>["results"][number];

export interface Day {
  date: string;
  high: number;
  low: number;
}

/** Places of that name, best match first. */
export async function searchPlaces(name: string, limit: number): Promise<Place[]> {
  const response = await fetch(
    `https://geocoding-api.open-meteo.com/v1/search?name=${encodeURIComponent(name)}&count=${limit}`,
    { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  return Places.parse(await readJson(response)).results;
}

/** Highest and lowest temperature of the next days, in degrees Celsius. */
export async function dailyForecast(latitude: number, longitude: number, days: number): Promise<Day[]> {
  const query = new URLSearchParams({
    latitude: String(latitude),
    longitude: String(longitude),
    forecast_days: String(days),
    daily: "temperature_2m_max,temperature_2m_min",
    timezone: "auto",
  });
  const response = await fetch(`https://api.open-meteo.com/v1/forecast?${query}`, {
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { daily } = Forecast.parse(await readJson(response));
  return daily.time.map((date, day) => ({
    date,
    high: daily.temperature_2m_max[day] ?? NaN,
    low: daily.temperature_2m_min[day] ?? NaN,
  }));
}

async function readJson(response: Response): Promise<unknown> {
  if (!response.ok) {
    throw new Error(`the weather service answered with status ${response.status}`);
  }
  return response.json();
}
