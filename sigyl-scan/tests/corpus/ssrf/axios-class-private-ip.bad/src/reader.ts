import axios, { AxiosInstance } from "axios";
import { checkUrl } from "./net.js";

export class PageReader {
  private readonly http: AxiosInstance;

  constructor(timeout: number) {
    this.http = axios.create({ timeout, maxRedirects: 0, headers: { "User-Agent": "reader/0.2" } });
  }

  async read(url: string): Promise<string> {
    await checkUrl(url);
    const { data } = await this.http.get(url, { responseType: "text" });
    return data;
  }
}
