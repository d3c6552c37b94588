//! From a command line that a shell reads to a program with a list of arguments.

use sigyl_core::Span;

use super::{
    Mend, Mendable, argv,
    edit::Edits,
    imports::{self, beside, import_python, is_declared},
    words::{Part, Word, words_of, written},
};
use crate::{
    ir::{ExprId, ExprKind, FunctionId, Language, Pattern, Stmt, StmtKind, VarId},
    rules::code::{Code, inner},
};

const MESSAGE: &str = "Start the program without a shell, with a list of arguments";

/// The same program and the same words, without a shell.
pub(crate) fn without_shell(
    file: &Mendable<'_>,
    span: Span,
    takes_options: impl Fn(&str) -> bool,
    takes_value: impl Fn(&str) -> bool,
) -> Option<Mend> {
    let call = file.call_at(span)?;
    let code = file.code()?;
    let ExprKind::Call { callee, .. } = code.module.expr(call).kind else { return None };
    let text = *code.arguments(call).first()?;
    let mut words = words_of(file, text)?;
    if let Some((at, end)) = argv::needed(&words, takes_options, takes_value)? {
        words.insert(at, vec![Part::Literal(end.to_owned())]);
    }
    let command = Command { file, code, call, callee, text: code.module.span(text), words };
    if file.is_python() { command.python() } else { command.javascript() }
}

struct Command<'a, 'b> {
    file: &'b Mendable<'a>,
    code: &'b Code<'a>,
    call: ExprId,
    callee: ExprId,
    text: Span,
    words: Vec<Word>,
}

impl<'a, 'b> Command<'a, 'b> {
    fn written(&self, language: Language, from: usize) -> String {
        let words: Vec<String> = self.words.iter().skip(from).map(|word| written(word, language)).collect();
        words.join(", ")
    }

    fn edits(&self) -> Edits<'a, 'b> {
        Edits::of(self.file)
    }

    fn javascript(&self) -> Option<Mend> {
        let (program, rest) = (self.words.first()?, self.written(Language::JavaScript, 1));
        let vector = format!("{}, [{rest}]", written(program, Language::JavaScript));
        if !self.options_are_plain() {
            return None;
        }
        let edits = self.edits().replace(self.text, vector);
        let code = self.code;
        match code.module.expr(self.callee).kind {
            ExprKind::Member { .. } => {
                let path = code.path(self.callee);
                let name = path.strip_prefix("child_process.")?;
                edits.rename(self.callee, name, counterpart(name)?)?.done(MESSAGE)
            }
            ExprKind::Variable(variable) => {
                let path = code.path(self.callee);
                if let Some(name) = path.strip_prefix("child_process.") {
                    let (local, needed) = beside(self.file, variable, name, counterpart(name)?)?;
                    let callee = code.module.span(self.callee);
                    return edits.also(needed).replace(callee, local).done(MESSAGE);
                }
                let (local, needed) = self.promisified(variable)?;
                let edits = needed.into_iter().fold(edits, |edits, edit| edits.also(Some(edit)));
                edits.replace(code.module.span(self.callee), local).done(MESSAGE)
            }
            _ => None,
        }
    }

    /// `const execAsync = promisify(exec)`: the same beside it for `execFile`.
    fn promisified(&self, variable: VarId) -> Option<(String, Vec<(Span, String)>)> {
        let code = self.code;
        let [made] = code.values_of(variable) else { return None };
        let ExprKind::Call { callee, .. } = code.module.expr(*made).kind else { return None };
        let [inner] = code.arguments(*made)[..] else { return None };
        if !matches!(code.path(callee).as_str(), "util.promisify" | "promisify")
            || code.path(inner) != "child_process.exec"
        {
            return None;
        }
        let (file_name, mut edits) = match code.module.expr(inner).kind {
            ExprKind::Variable(exec) => {
                let (name, needed) = beside(self.file, exec, "exec", "execFile")?;
                (name, needed.into_iter().collect::<Vec<_>>())
            }
            ExprKind::Member { .. } => {
                let written = self.file.text(code.module.span(inner)).strip_suffix("exec")?;
                (format!("{written}execFile"), Vec::new())
            }
            _ => return None,
        };
        // An import that lost its other name would leave this declaration without it.
        for (span, text) in &mut edits {
            if text == "execFile" && self.file.text(*span) == "exec" {
                *text = "exec, execFile".to_owned();
            }
        }
        let name = "execFileAsync";
        if is_declared(code, name) {
            return None;
        }
        let span = code.assignments().iter().find_map(|(target, value, span)| {
            let own = matches!(target, Pattern::Variable(own, _) if *own == variable);
            (own && value == made && code.module.variable(variable).function == FunctionId::MODULE)
                .then_some(*span)
        })?;
        let text = self.file.file().text;
        let start = imports::line_start(text, span.start);
        let line = text.get(start as usize..)?.lines().next()?;
        if !line.starts_with("const ") || !line.trim_end().ends_with(';') {
            return None;
        }
        let made = self.file.text(code.module.span(callee));
        let end = start + line.trim_end().len() as u32;
        edits.push((Span::new(end, end), format!("\nconst {name} = {made}({file_name});")));
        Some((name.to_owned(), edits))
    }

    /// True where nothing behind the text chooses a shell.
    fn options_are_plain(&self) -> bool {
        let code = self.code;
        let arguments = code.arguments(self.call);
        arguments.len() <= 3
            && arguments.iter().skip(1).all(|argument| match code.module.expr(*argument).kind {
                ExprKind::Function(_) => true,
                ExprKind::Object(list) => {
                    code.module.properties(list).iter().all(|property| match property.key {
                        crate::ir::PropertyKey::Name(name) => code.module.name(name) != "shell",
                        _ => false,
                    })
                }
                ExprKind::Variable(_) => code.as_function(*argument).is_some(),
                _ => false,
            })
    }

    fn python(&self) -> Option<Mend> {
        let code = self.code;
        let path = code.path(self.callee);
        let list = format!("[{}]", self.written(Language::Python, 0));
        match path.as_str() {
            "subprocess.run"
            | "subprocess.call"
            | "subprocess.check_call"
            | "subprocess.check_output"
            | "subprocess.Popen" => {
                let shell = self.keyword("shell")?;
                if self.keyword("executable").is_some() || !self.is_true(shell) {
                    return None;
                }
                self.edits().replace(self.text, list).remove_argument(self.call, shell)?.done(MESSAGE)
            }
            "asyncio.create_subprocess_shell" => {
                let edits = self.edits().replace(self.text, self.written(Language::Python, 0));
                edits.rename(self.callee, "create_subprocess_shell", "create_subprocess_exec")?.done(MESSAGE)
            }
            "os.system" if code.arguments(self.call).len() == 1 && self.is_statement() => {
                let (name, needed) = import_python(self.file, "subprocess")?;
                let callee = code.module.span(self.callee);
                let edits = self.edits().replace(callee, format!("{name}.run")).replace(self.text, list);
                edits.also(needed).done(MESSAGE)
            }
            _ => None,
        }
    }

    fn keyword(&self, name: &str) -> Option<usize> {
        let ExprKind::Call { arguments, .. } = self.code.module.expr(self.call).kind else { return None };
        let arguments = self.code.module.arguments(arguments);
        if arguments.iter().any(|argument| argument.mapping || argument.spread) {
            return None;
        }
        arguments.iter().position(|argument| {
            argument.keyword.is_some_and(|keyword| self.code.module.name(keyword) == name)
        })
    }

    fn is_true(&self, index: usize) -> bool {
        let ExprKind::Call { arguments, .. } = self.code.module.expr(self.call).kind else { return false };
        let value = self.code.module.arguments(arguments).get(index).map(|argument| argument.value);
        value.is_some_and(|value| matches!(self.code.module.expr(value).kind, ExprKind::Bool(true)))
    }

    /// True where nobody looks at what the call gives.
    fn is_statement(&self) -> bool {
        let bodies = self.code.module.functions.iter().map(|function| function.body.as_slice());
        let mut open: Vec<&[Stmt]> = bodies.collect();
        while let Some(body) = open.pop() {
            for stmt in body {
                if matches!(stmt.kind, StmtKind::Expr(id) if id == self.call) {
                    return true;
                }
                open.extend(inner(stmt));
            }
        }
        false
    }
}

/// What starts a program without a shell, with the same options and the same results.
fn counterpart(name: &str) -> Option<&'static str> {
    match name {
        "exec" => Some("execFile"),
        "execSync" => Some("execFileSync"),
        _ => None,
    }
}
