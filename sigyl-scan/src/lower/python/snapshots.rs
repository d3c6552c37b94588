//! The printed form of each family of constructs.

use insta::assert_snapshot;

use super::lower;
use crate::ir::print;

fn lowered(text: &str) -> String {
    print(&lower(text).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn expressions() {
    assert_snapshot!(lowered(r#"x = a.b["c"][0][i][1:2] + -1
y = not f(1, *p, k=v, **q) and (1 < x <= 3 or x is not None)
z = "a" "b" % x, b"c", {*x, 1}, [*x], ...
w = {"k": 1, n: lambda q: q, **x}
v = await g() if (u := h()) else x in y
t = __import__("os").path, super().m(), x | y, x / y, x ** y
"#), @r##"
    x#0 = ($a.b.c[0][$i][other(1, 2)] + -1)
    y#1 = (!$f(1, ...$p, k=v#5, **$q) && (((1 <> x#0) && (x#0 <> 3)) || (x#0 != null)))
    z#2 = tuple[("ab" % x#0), "c", set[...x#0, 1], [...x#0], null]
    w#3 = {k: 1, [$n]: fn#1, ...x#0}
    v#5 = ((u#4 := $h()) ? await $g() : (x#0 in y#1))
    t#6 = tuple[require "os".path, super.m(), (x#0 | y#1), (x#0 / y#1), (x#0 arith y#1)]
    fn#1(q#7):
      return q#7
    "##);
}

#[test]
fn templates() {
    assert_snapshot!(lowered(r#"a = f"x {b!r:>{w}} y" "z" f"{c=}"
d = f"plain"
e = "SELECT {}".format(b) + "%s" % b
"#), @r##"
    a#0 = template("x ", $b, $w, " yzc=", $c)
    d#1 = "plain"
    e#2 = ("SELECT {}".format($b) + ("%s" % $b))
    "##);
}

#[test]
fn assignments() {
    assert_snapshot!(lowered(r#"a = b = f()
a.x, (c, *d) = b
c += g(a)
a["k"] += 1
e: "list[str]" = []
h: Optional["Foo"]
h = lambda: 1
type T = int | "str"
del a.x, c
"#), @r##"
    a#0 = $f()
    b#1 = a#0
    [a#0.x, [c#2, ...d#3]] = b#1
    c#2 = (c#2 + $g(a#0))
    a#0.k = (a#0.k + 1)
    e#4: $list[$str] = []
    $Optional[$Foo]
    h#5 = fn#1
    T#6 = ($int | $str)
    delete a#0.x
    delete c#2
    fn#1 h():
      return 1
    "##);
}

#[test]
fn branches() {
    assert_snapshot!(lowered(r#"if a: b
elif c: d
else: e
while f(): break
else: g
for i, j in h: k(i)
else: m
try: a
except (E, F) as e: b(e)
except G: c
else: d
finally: f
with open(p) as q, r: s(q)
assert t, "plain"
assert t, u()
raise E from v()
"#), @r##"
    if $a
      $b
    else
      if $c
        $d
      else
        e#2
    loop while $f()
      break
    if other()
      $g
    loop [i#0, j#1] of $h
      $k(i#0)
    $m
    try
      $a
      $d
    catch $E $F as e#2
      $b(e#2)
    catch $G
      $c
    finally
      $f
    with $open($p) as q#3, $r
      $s(q#3)
    assert $t
    if !$t
      $u()
    assert $t
    $v()
    throw $E
    "##);
}

#[test]
fn matching() {
    assert_snapshot!(lowered(r#"match a:
    case "x" | "y": b
    case {"k": v, **r}: v
    case [p, *q] if p: q
    case A(c, d=e): e
    case str(s) | int(s): s
    case {"z": t} as w: w
    case None | True: n
    case -1: m
    case other: other
match f():
    case _: g
"#), @r##"
    switch $a
      case "x" | "y"
        $b
      case other("k") as {k: v#0, ...r#1}
        v#0
      case other() as [p#2, ...q#3] if p#2
        q#3
      case other($A) as {[other()]: c#4, d: e#5}
        e#5
      case other($str) | other($int)
        s#6 = $a
        s#6 = $a
        s#6
      case other("z") as {z: t#7}
        w#8 = $a
        w#8
      case null | true
        $n
      case -1
        $m
      case  as other#9
        other#9
    switch $f()
      default
        $g
    "##);
}

#[test]
fn functions() {
    assert_snapshot!(lowered(r#"@mcp.tool(name="t")
async def f(a: int, /, b: "str" = "x", *c, d: Literal["u", "v"] = 1, **e) -> "Foo":
    """Doc."""
    yield a
    return b
def g():
    return [x + y for x in a for y in x if y if x], {k: v async for k, v in b}
"#), @r##"
    f#0 = fn#1
    g#1 = fn#2
    @$mcp.tool(name="t")
    fn#1 f(a#2: $int, b#3: $str = "x", ...c#4, keyword d#5: $Literal[tuple["u", "v"]] = 1, **e#6) -> $Foo async generator:
      doc "Doc."
      yield a#2
      return b#3
    fn#2 g():
      return tuple[comprehension fn#3, comprehension fn#4]
    fn#3() generator in fn#2:
      loop x#7 of $a
        loop y#8 of x#7
          if y#8
            if x#7
              yield (x#7 + y#8)
    fn#4() async generator in fn#2:
      loop [k#9, v#10] of $b
        yield tuple[k#9, v#10]
    "##);
}

#[test]
fn classes() {
    assert_snapshot!(lowered(r#"class A(B[int], metaclass=M):
    """Doc."""
    x: int = 1
    y: ClassVar[str]
    z = x
    def __init__(self, a):
        super().__init__()
        self.a = a
    @property
    def p(self): return self.a
    @p.setter
    def p(self, v): self.a = v
    class Inner:
        pass
    if x:
        w = 1
"#), @r##"
    $M
    A#0 = class#0
    fn#1 __init__(self#8, a#9) method of class#0:
      super.__init__()
      self#8.a = a#9
    @$property
    fn#2 p(self#10) method of class#0:
      return self#10.a
    @p#5.setter
    fn#3 p(self#11, v#12) method of class#0:
      self#11.a = v#12
    class#0 A($B[$int]):
      field x: $int = 1
      static field y: $ClassVar[$str]
      static field z = x#1
      static field Inner = class#1
      static field w = 1
      method __init__ fn#1
      getter p fn#2
      setter p fn#3
      "Doc."
      x#1: $int = 1
      if x#1
        w#7 = 1
    class#1 Inner():
    "##);
}
