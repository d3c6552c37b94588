import neo4j, { Driver } from "neo4j-driver";

export class Graph {
  private driver: Driver;

  constructor() {
    this.driver = neo4j.driver("bolt://localhost:7687", neo4j.auth.basic("neo4j", process.env.NEO4J_PASSWORD ?? ""));
  }

  async find(label: string, name: string) {
    const session = this.driver.session({ defaultAccessMode: neo4j.session.READ });
    try {
      if (!/^[A-Za-z_]\w*$/.test(label)) throw new Error("bad label");
      const result = await session.run(`MATCH (n:${label}) WHERE n.name = $name RETURN n`, { name });
      return result.records.map((record) => record.get("n").properties);
    } finally {
      await session.close();
    }
  }
}
