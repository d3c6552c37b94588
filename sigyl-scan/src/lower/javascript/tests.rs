//! One snapshot a family of constructs.

use insta::assert_snapshot;

use super::lower;
use crate::ir::print;

fn ts(text: &str) -> String {
    print(&lower("a.ts", text).expect("it parses"))
}

fn js(text: &str) -> String {
    print(&lower("a.js", text).expect("it parses"))
}

#[test]
fn declarations_and_scopes() {
    assert_snapshot!(js("f(); var a = 1; { let a = 2; g(a, b) } function f() { return a + c } let c; { function h() {} } h();"), @r#"
    f#1 = fn#1
    f#1()
    a#0 = 1
    block
      a#4 = 2
      $g(a#4, $b)
    block
      h#3 = fn#2
    h#3()
    captured a#0, c#2
    fn#1 f():
      return (a#0 + c#2)
    fn#2 h():
    "#);
}

#[test]
fn expressions() {
    assert_snapshot!(js(r#"
        x = `a${b}c${d}`; x = tag`a${b}`; x = `plain`;
        a?.b["c"]?.[d]?.(e, ...f);
        y ??= z; y += 1; y++; o.p &&= q;
        x = -1 + !t, typeof u, void 0, void v(), delete o.p;
        x = /re/gi.test(10n) in w instanceof K ? this : null;
        x = [1, , ...rest]; x = { a, b: 1, "c-d": 2, [e]: 3, ...r, get g() { return 1 }, m() {}, async *n() { yield* z; yield } };
        x = new Foo(1); x = (1, 2); x = undefined;
        const { exec, x: { y: [k, , ...l] = [] } = {}, ...others } = require("child_process");
        [a.b, c = 1] = d; ({ e, f: g.h = 2 } = i);
    "#), @r#"
    $x = template("a", $b, "c", $d)
    $x = $tag tagged("a", $b)
    $x = "plain"
    $a.b.c[$d]($e, ...$f)
    $y = ($y ?? $z)
    $y = ($y + 1)
    unary($y)
    $o.p = ($o.p && $q)
    $x = (-1 + !$t)
    unary($u)
    null
    sequence($v(), null)
    delete $o.p
    $x = (((/re/gi.test(10) in $w) instanceof $K) ? this : null)
    $x = [1, null, ...$rest]
    $x = {a: $a, b: 1, c-d: 2, [$e]: 3, ...$r, g: fn#1, m: fn#2, n: fn#3}
    $x = new $Foo(1)
    $x = sequence(1, 2)
    $x = null
    {exec: exec#0, x: {y: [k#1, , ...l#2] = []} = {}, ...others#3} = require "child_process"
    [$a.b, $c = 1] = $d
    {e: $e, f: $g.h = 2} = $i
    fn#1 g() method:
      return 1
    fn#2 m() method:
    fn#3 n() method async generator:
      yield $z
      yield
    "#);
}

#[test]
fn functions() {
    assert_snapshot!(js(r#"
        const f = async ({ a, b = 1 }, [c], d = () => a, ...rest) => await a;
        exports.named = function () { return this.x };
        const r = function self(n) { return self(n - 1) };
        let g; g = class { static #p = 1; #q() { return this.#p } static { init() } get v() { return 1 } [k()]() {} };
        class A extends B { constructor() { super(); super.m() } f = () => this }
    "#), @r#"
    f#0 = fn#1
    $exports.named = fn#3
    r#1 = fn#4
    g#2 = class#0
    A#3 = class#1
    fn#1 f({a: a#4, b: b#5 = 1}, [c#6], d#7 = fn#2, ...rest#8) arrow async:
      return await a#4
      captured a#4
    fn#2 d() arrow in fn#1:
      return a#4
    fn#3 named():
      return this.x
    fn#4 self(n#10):
      return self#9((n#10 arith 1))
    fn#5 #q() method of class#0:
      return this.#p
    fn#6 v() method of class#0:
      return 1
    fn#7 [k()]() method of class#0:
    fn#8 constructor() method of class#1:
      super()
      super.m()
    fn#9 f() arrow:
      return this
    class#0 g():
      static field #p = 1
      method #q fn#5
      getter v fn#6
      method [k()] fn#7
      block
        $init()
      $k()
    class#1 A($B):
      field f = fn#9
      method constructor fn#8
    "#);
}

#[test]
fn control_flow() {
    assert_snapshot!(js(r#"
        if (a) b(); else if (c) { d() } else e();
        for (let i = 0, n = 1; i < n; i++) f(i);
        for (const [k, v] of Object.entries(o)) g(k);
        for (o.k in p) h();
        while (a) { break } do { continue } while (b);
        switch (s) { case 1: case "a": i(); break; case 2: j(); default: k() }
        try { l() } catch ({ message }) { m(message) } finally { n() }
        out: for (;;) { break out }
        throw new Error("x"), 1;
    "#), @r#"
    if $a
      $b()
    else
      if $c
        $d()
      else
        $e()
    block
      i#0 = 0
      n#1 = 1
      loop while (i#0 <> n#1) step unary(i#0)
        $f(i#0)
    loop [k#2, v#3] of $Object.entries($o)
      $g(k#2)
    loop $o.k in $p
      $h()
    loop while $a
      break
    loop while $b
      continue
    switch $s
      case 1 falls through
      case "a"
        $i()
        break
      case 2 falls through
        $j()
      default falls through
        $k()
    try
      $l()
    catch as {message: message#4}
      $m(message#4)
    finally
      $n()
    loop
      break
    new $Error("x")
    throw 1
    "#);
}

#[test]
fn typescript() {
    assert_snapshot!(ts(r#"
        import type { T } from "t"; import { type U, v } from "u";
        import fs = require("fs"); import q = a.b;
        enum E { A, B = "b", C = 5, D }
        declare const gone: string;
        abstract class S<T> { declare z: number; w!: string; constructor(private readonly x: T, public y = 1) { this.go() } abstract m(): void; over(a: string): void; over(a: any) {} }
        namespace N { export const one = 1; export function two() { return one } }
        @Injectable() class C { @Get("/x") handler(@Query() q: string) {} }
        function g(this: Window, mode: "a" | "b", n?: number, r: Ref = v as any, z: T[] = <any>[]) { return mode! satisfies string }
        const fn = (<T,>(a: T) => a) as Fn;
        { using h = open() }
        export = N;
    "#), @r#"
    import v from "u" as v#0
    import * from "fs" as fs#1
    g#7 = fn#1
    q#2 = $a.b
    E#3 = {A: 0, B: "b", C: 5, D: 6}
    S#4 = class#0
    N#5 = {}
    block
      two#17 = fn#4
      one#16 = 1
      N#5.one = one#16
      N#5.two = two#17
    C#6 = class#1
    fn#8 = fn#6
    block
      with $open() as h#20
    $module.exports = N#5
    captured v#0, one#16
    fn#1 g(mode#9: ("a" | "b"), n#10: $number, r#11: $Ref = v#0, z#12 = []):
      return mode#9
    fn#2 constructor(x#13: $T, y#14 = 1) method of class#0:
      this.x = x#13
      this.y = y#14
      this.go()
    fn#3 over(a#15) method of class#0:
    fn#4 two():
      return one#16
    @$Get("/x")
    fn#5 handler(q#18: $string) method of class#1:
    fn#6 fn(a#19: $T) arrow:
      return a#19
    class#0 S():
      field w: $string
      method constructor fn#2
      method over fn#3
    @$Injectable()
    class#1 C():
      method handler fn#5
    "#);
}

#[test]
fn modules() {
    assert_snapshot!(js(r#"
        import d, { a as b, default as e } from "m"; import * as ns from "n"; import "side";
        export const x = 1, { y, z: [w] } = o; export function f() {} export class K {}
        export { b as c, b as "str" }; export { p as q } from "r"; export * from "s"; export * as t from "u";
        export default async () => { await import("dyn"); import(b); import.meta.url };
    "#), @r#"
    import default from "m" as d#0
    import a from "m" as b#1
    import default from "m" as e#2
    import * from "n" as ns#3
    import nothing from "side"
    export x = x#4
    export y = y#5
    export w = w#6
    export f = f#7
    export K = K#8
    export c = b#1
    export str = b#1
    export q = p from "r"
    export all from "s"
    export t = * from "u"
    export default = fn#2
    f#7 = fn#1
    x#4 = 1
    {y: y#5, z: [w#6]} = $o
    K#8 = class#0
    fn#2
    captured b#1
    fn#1 f():
    fn#2 default() arrow async:
      await require "dyn"
      $import(b#1)
      other().url
    class#0 K():
    "#);
}

#[test]
fn jsx() {
    let text = r#"const v = <div id="a" {...p} dangerouslySetInnerHTML={{ __html: h }} on><A.B>{x} text</A.B><></></div>;"#;
    assert_snapshot!(print(&lower("a.js", text).expect("it parses")), @r#"v#0 = $jsx("div", {id: "a", ...$p, dangerouslySetInnerHTML: {__html: $h}, on: true}, $jsx($A.B, {}, $x, "text"), $jsx(null, null))"#);
}

#[test]
fn dialects_are_tried_in_turn() {
    assert_snapshot!(print(&lower("a.js", "let x: string = y as any").expect("ts")), @r#"x#0 = $y"#);
    assert_snapshot!(print(&lower("bin/run", "#!/usr/bin/env node\nreturn require('x')").expect("script")), @r#"return require "x""#);
    let error = lower("a.js", "let a = 1;\nlet é = ;").expect_err("nobody takes it");
    assert_eq!(error.reason, sigyl_core::NotAnalysedReason::SyntaxError);
    assert_snapshot!(error, @r#"2:9: Unexpected token"#);
}
