from typing import Annotated

import requests
from mcp.server.fastmcp import FastMCP
from pydantic import Field

mcp = FastMCP("genes")
GeneId = Annotated[str, Field(description="Identifier such as ENSG00000157764")]


@mcp.tool()
def gene(gene_id: GeneId) -> dict:
    """What is known of a gene."""
    url = "https://genes.example.org/lookup/id/{}".format(gene_id)
    return requests.get(url, headers={"Content-Type": "application/json"}, timeout=20).json()
