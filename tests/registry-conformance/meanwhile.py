"""What holds while others publish."""

import concurrent.futures
from urllib.parse import quote

from registry import check, document, key

# Walks at least, and publishers at a time.
WALKS, PUBLISHERS = 3, 3


def walk_while_publishing(registry, namespace, run, publish):
    names = [f"{namespace}/walk-{run}-{number:02}" for number in range(12)]
    for name in names:
        publish(document(name, "1.0.0"))

    def more(part):
        """New servers before, between and after the others, new versions of them, and servers that come and go."""
        answers = []
        for name in names:
            answers.append(publish(document(f"{name}-{part}", "1.0.0")).status)
            answers.append(publish(document(name, f"1.{part}.0")).status)
            path = f"/v0.1/servers/{quote(f'{name}-{part}', safe='')}/versions/1.0.0/status"
            answers.append(registry.ask("PATCH", path, {"status": "deleted"}).status)
        return answers

    walks = []
    with concurrent.futures.ThreadPoolExecutor(PUBLISHERS) as pool:
        work = [pool.submit(more, part) for part in range(1, PUBLISHERS + 1)]
        while len(walks) < WALKS or not all(each.done() for each in work):
            walks.append(registry.walk(search=f"walk-{run}", limit=3))
        answers = [status for each in work for status in each.result()]
    check("publishing and deleting go on while others read", all(status in (200, 201) for status in answers), answers)
    before, wrong = {(name, "1.0.0") for name in names}, []
    for walk in walks:
        seen = [key(entry) for entry in walk or []]
        if not before <= set(seen) or seen != sorted(set(seen)):
            wrong.append(seen)
    check("no walk while others publish misses or repeats anything", not wrong, f"{len(wrong)} of {len(walks)}: {wrong[:1]}")
    last = {key(entry) for entry in registry.walk(search=f"walk-{run}", limit=7) or []}
    expected = {(name, version) for name in names for version in ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]}
    check("then everything is there that was published and not deleted", last == expected, last ^ expected)


def race(registry, publish, name):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: publish(document(name, "1.0.0")).status, range(6)))
    check("of six who publish one version, one does", sum(status in (200, 201) for status in answers) == 1 and all(status < 500 for status in answers), answers)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda at: publish(document(name, f"1.{at}.0")).status, range(1, 7)))
    check("six who publish six versions all do", all(status in (200, 201) for status in answers), answers)
    told = registry.get(f"/v0.1/servers/{quote(name, safe='')}/versions/latest")
    check("and the greatest of them is the latest", told.status == 200 and told.body["server"]["version"] == "1.6.0", told)
