"""Requests to Railway, held against the schema that Railway publishes in its command line's package."""

import json
import os
from functools import cache
from pathlib import Path

import graphql
from graphql.execution.values import get_variable_values
from graphql.validation import NoDeprecatedCustomRule, specified_rules


@cache
def schema() -> graphql.GraphQLSchema:
    text = Path(os.environ["SIGYL_TEST_RAILWAY_SCHEMA"]).read_text()
    # Taken as it is: a deprecated field of it stands for one of an interface that is not, which newer rules refuse.
    return graphql.build_client_schema(json.loads(text)["data"], assume_valid=True)


def mistakes(request: dict) -> list[str]:
    """What is wrong with a request, or nothing."""
    body = request["body"]
    if request["method"] != "POST" or request["path"] != "/graphql/v2" or not isinstance(body, dict):
        return ["no operation"]
    if set(body) != {"operationName", "query", "variables"}:
        return [f"fields of a request: {sorted(body)}"]
    document = graphql.parse(body["query"])
    found = [
        error.message for error in graphql.validate(schema(), document, [*specified_rules, NoDeprecatedCustomRule])
    ]
    operation = graphql.get_operation_ast(document, body["operationName"])
    if operation is None:
        return [*found, f"no operation {body['operationName']}"]
    values = get_variable_values(schema(), operation.variable_definitions, body["variables"])
    if isinstance(values, list):
        found += [error.message for error in values]
    declared = {definition.variable.name.value for definition in operation.variable_definitions}
    found += [f"{name} is not declared" for name in body["variables"] if name not in declared]
    return found
