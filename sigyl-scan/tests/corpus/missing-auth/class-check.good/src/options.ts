export interface GatewayOptions {
  port: number;
  token?: string;
}
