import puppeteer, { type Browser, type Page } from "puppeteer";
import { FastMCP } from "fastmcp";
import { z } from "zod";

class Session {
  private browser?: Browser;
  private page?: Page;

  async open(): Promise<Page> {
    this.browser = this.browser ?? (await puppeteer.launch());
    this.page = this.page ?? (await this.browser.newPage());
    return this.page;
  }

  async visit(url: string) {
    const page = await this.open();
    await page.goto(url, { timeout: 15_000 });
    return page.title();
  }
}

const session = new Session();
const mcp = new FastMCP({ name: "docs-browser", version: "1.0.0" });

mcp.addTool({
  name: "visit_doc",
  description: "Open a page of the documentation",
  parameters: z.object({ page: z.string() }),
  execute: async ({ page }) => {
    return session.visit(`https://docs.example.com/${page}`);
  },
});

mcp.start({ transportType: "stdio" });
