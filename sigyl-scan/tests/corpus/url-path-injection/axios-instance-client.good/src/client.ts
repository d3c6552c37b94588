import axios, { AxiosInstance } from "axios";

export class BoardClient {
  private api: AxiosInstance;

  constructor(token: string) {
    this.api = axios.create({ baseURL: "https://board.example.com/1", params: { token } });
    this.api.interceptors.response.use((response) => response, (error) => Promise.reject(error));
  }

  async card(id: string) {
    const { data } = await this.api.get(`/cards/${segment(id)}`);
    return data;
  }

  async move(id: string, list: string) {
    const { data } = await this.api.put("/cards/" + segment(id), { idList: list });
    return data;
  }
}

function segment(value: string): string {
  return encodeURIComponent(value);
}
