//! The same orders in other languages than English. Latin letters stand without their accents, as folding leaves them.

use super::Phrase;
use crate::words::SignKind::{Conceal, OtherTools, Override, Preference, TakeData};

const ASIDE: &str = "tells the model to set its instructions aside";
const CONCEAL: &str = "tells the model to hide something from the user";
const SECRETS: &str = "asks for secrets or for the conversation";
const FIRST: &str = "wants to be called before any other tool";
const PREFER: &str = "asks to be preferred to other tools";

pub(super) static PHRASES: &[Phrase] = &[
    // Spanish and Portuguese.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["instruccion", "instrucao", "instrucoes", "directrices", "diretrizes", "indicaciones", "ordenes", "ordens", "reglas", "regras"],
        concat!(
            r"\b(?:ignor(?:a|e|ar|en|es)|olvid(?:a|e|ar|es)|descart(?:a|e|ar)|desconsider(?:a|e|ar)|desestim(?:a|e)|esquec(?:a|e|er)|omit(?:a|e|ir)|pasa por alto|haz caso omiso de|no hagas caso de)\b(?: [^ ]+){0,3}? ",
            r"(?:instruccion(?:es)?|instruc(?:ao|oes)|directrices|diretrizes|indicaciones|ordenes|ordens|reglas|regras)(?: [^ ]+){0,2}? (?:anterior(?:es)?|previas?|precedentes|del sistema|do sistema|hasta ahora|ate agora|de seguridad|de seguranca)\b",
            r"|\b(?:ignor(?:a|e)|olvid(?:a|e)|desconsider(?:a|e)|esquec(?:a|e))\b(?: [^ ]+){0,3}? (?:tus|sus|suas|as tuas) (?:instrucciones|instrucoes|directrices|diretrizes)\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["usuario"],
        concat!(
            r"\b(?:no|nunca|sin|nao|sem|jamas)(?: (?:se|le|lhe|lo|o|a|al|ao|que))*(?: \S{0,3})? ?(?:dig(?:as?|an)|dec(?:irlo|ir)|menciones?|mencion(?:ar|es)|informes?|informar|cuentes?|comentes?|revel(?:es|ar|e)|avis(?:es|ar)|fales?|diga(?:s)?|dizer|mencione|conte(?:s)?|informe)\w{0,4}\b.{0,32}\busuarios?\b",
            r"|\b(?:a escondidas|sin que|sem que|oculta\w*|esconda).{0,24}\busuarios?\b(?: .{0,12}(?:sepa|saiba|enter|perceba|note))?",
        ),
    )
    .unless(r"\bhasta que\b|\bate que\b|\bpedir\b|\bsin que el usuario (?:tenga|deba|necesite)"),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &["conversacion", "conversa", "contrasena", "senha", "claves", "chaves", "credencia"],
        r"\b(?:envi(?:a|e|ar)|mand(?:a|e)|incluy(?:e|a)|inclua|adjunt(?:a|e)|anexe|pas(?:a|e|se)|reenvi(?:a|e)|copi(?:a|e))\b.{0,40}\b(?:historial de la conversacion|historico da conversa|toda (?:la|a) conversa(?:cion)?|(?:las|as|sus|suas) (?:contrasenas|senhas|claves|chaves|credencia(?:les|is)))\b",
    ),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["herramienta", "ferramenta"],
        r"\bantes de (?:usar|utilizar|llamar|invocar|ejecutar|chamar|executar)(?: [^ ]+){0,3}? (?:otra|otras|outra|outras)\b.{0,20}\b(?:herramientas?|ferramentas?)\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["herramienta", "ferramenta"],
        r"\b(?:siempre|sempre|prefier(?:a|e)|prefira|prioriz\w+|elige|escolha)\b.{0,30}\b(?:esta|desta|a) (?:herramienta|ferramenta)\b.{0,24}\b(?:en lugar de|en vez de|em vez de|ao inves de|antes que|sobre|a) (?:cualquier|qualquer|todas|las demas|as demais|as outras|otras|outras|otra|outra)",
    ),
    // French.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["instruction", "consigne", "directive", "regles"],
        concat!(
            r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|neglig(?:e|ez)|ne t(?:iens|enez) pas compte|fai(?:s|tes) abstraction|passe outre)\b(?: [^ ]+){0,4}? (?:instructions?|consignes?|directives?|regles?)",
            r"(?: [^ ]+){0,2}? (?:precedent(?:e|es)?|anterieur(?:e|es)?|du systeme|ci-dessus|de securite|initiales)\b|\b(?:ignor(?:e|ez)|oubli(?:e|ez)) (?:toutes )?(?:tes|vos) (?:instructions|consignes|directives)\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["utilisateur"],
        r"\b(?:n'en|ne|sans|n')(?: ?(?:le|la|les|l'|lui|en|rien|jamais))*(?: ?)(?:parl(?:e|ez|er)|dis|dites|dire|mentionn(?:e|ez|er)|inform(?:e|ez|er)|revel(?:e|ez|er)|previen\w*|averti\w*|signal(?:e|ez|er))\b.{0,32}\butilisateurs?\b|\ba l'insu de l'utilisateur\b|\bsans que l'utilisateur le (?:sache|remarque)",
    )
    .unless(r"\bjusqu'a\b|\bavant d'avoir\b"),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["outil"],
        r"\bavant (?:d'|de )(?:utiliser|appeler|invoquer|executer|employer)(?: [^ ]+){0,2}? (?:un autre|d'autres|tout autre|n'importe quel(?: autre)?|les autres) outils?\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["outil"],
        r"\b(?:prefer(?:e|ez)|utilis(?:e|ez)|choisi(?:s|ssez)|privilegi(?:e|ez))\b.{0,12}\bcet outil\b.{0,24}\b(?:a tous les autres|au lieu d|plutot qu|a la place d).{0,16}(?:autres?|n'importe)?",
    )
    .unless(r"\bsi vous\b|\bquand\b|\blorsque\b"),
    // Italian.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["istruzion", "direttive", "regole", "indicazioni"],
        r"\b(?:ignor(?:a|are|ate|i)|dimentic(?:a|are|ate)|trascur(?:a|are)|scart(?:a|are)|non tenere conto)\b(?: [^ ]+){0,3}? (?:istruzion(?:e|i)|direttive|regole|indicazioni)(?: [^ ]+){0,2}? (?:precedent(?:e|i)|di sistema|del sistema|di sicurezza|iniziali|ricevute)\b",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["utente", "utenti"],
        r"\b(?:non|senza|mai)(?: (?:lo|glielo|gli|ne|mai))*(?: ?)(?:dirlo|dire|dir|menzion(?:are|arlo|i)|inform(?:are|arlo|i)|rivel(?:are|arlo|i)|parl(?:are|arne|i)|avvis(?:are|i)|comunic(?:are|arlo))\b.{0,24}(?:\b|')utent[ei]\b|\ball'insaputa dell'utente\b",
    )
    .unless(r"\bfinche\b|\bsenza chiedere\b"),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["strument"],
        r"\bprima di (?:usare|utilizzare|chiamare|invocare|eseguire)(?: [^ ]+){0,2}? (?:altr[oi]|qualsiasi altro|ogni altro|gli altri)\b.{0,12}\bstrument[oi]\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["strumento"],
        r"\b(?:sempre|preferisci|scegli|usa)\b.{0,20}\bquesto strumento\b.{0,24}\b(?:invece di|al posto di|rispetto a|piuttosto che).{0,12}\b(?:altr[oi]|qualsiasi|tutti)",
    ),
    // German and Dutch.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["anweisung", "instruktion", "vorgaben", "richtlinien", "instructies", "aanwijzingen", "regeln", "regels"],
        concat!(
            r"\b(?:ignorier(?:e|en|t)|missacht(?:e|en|et)|vergiss|vergesst|vergessen sie|beachte nicht|uberg(?:ehe|ehen)|verwirf|setze dich uber)\b(?: [^ ]+){0,4}? (?:(?:bisherigen|vorherigen|vorigen|fruheren|obigen|vorangegangenen|deine|ihre|systems?|sicherheits)\S{0,8} )(?:[^ ]+ )?(?:anweisungen|instruktionen|vorgaben|richtlinien|regeln)\b",
            r"|\b(?:negeer|vergeet|sla)\b(?: [^ ]+){0,4}? (?:eerdere|vorige|voorgaande|bovenstaande|bestaande|je|uw) (?:[^ ]+ )?(?:instructies|aanwijzingen|richtlijnen|regels|opdrachten)\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["nutzer", "anwender", "gebruiker"],
        concat!(
            r"\b(?:sag(?:e|en|t)?|erzahl(?:e|en|t)?|erwahn(?:e|en|t)?|teil(?:e|en)?|verrat(?:e|en)?|informier(?:e|en)?|melde)\b[^,]{0,32}\b(?:be)?(?:nutzern?|anwendern?)(?:in)?\b[^,]{0,24}\b(?:nichts|nicht|niemals|nie|kein wort)\b",
            r"|\b(?:nichts|nicht|niemals|ohne)\b.{0,24}\b(?:be)?(?:nutzer|anwender)n?\b.{0,24}\b(?:sagen|erzahlen|erwahnen|mitteilen|verraten|zu informieren|zu fragen|davon erfahrt)\b|\bohne (?:das )?wissen des (?:be)?nutzers\b",
            r"|\b(?:vertel|zeg|meld|laat)\b.{0,12}\bgebruiker\b.{0,24}\b(?:niet|niets|nooit)\b|\b(?:zonder|niet|nooit)\b.{0,24}\bgebruiker\b.{0,24}\b(?:te vertellen|vertellen|informeren|melden|weten)\b",
        ),
    )
    .unless(r"\bbis\b|\bsolange\b|\btotdat\b"),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &["passw", "zugangsdaten", "gesprach", "unterhaltung", "wachtwoord", "gesprek"],
        r"\b(?:send(?:e|en)|schick(?:e|en)?|ubergib|fuge|hange|kopier(?:e|en)|ubermittle|stuur|verstuur|voeg)\b.{0,40}\b(?:gesamte[nr]? (?:gesprach|unterhaltung|chatverlauf)|gesprachsverlauf|passwort\w*|zugangsdaten|wachtwoord\w*|volledige gesprek|gespreksgeschiedenis)\b",
    ),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["werkzeug", "tool", "hulpmiddel"],
        concat!(
            r"\b(?:bevor|ehe) (?:du|sie) (?:ein|irgendein|das)? ?andere[snr]? (?:werkzeuge?|tools?)\b|\bvor (?:jedem|allen) anderen (?:werkzeug\w*|tools?)\b|\bvor der (?:verwendung|nutzung) anderer (?:werkzeuge|tools)\b",
            r"|\bvoordat (?:je|u) een ander(?:e)? (?:tool|hulpmiddel)\b|\bvoor (?:elk|ieder) ander(?:e)? (?:tool|hulpmiddel)\b",
        ),
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["werkzeug", "tool"],
        concat!(
            r"\b(?:immer|stets|ausschliesslich|bevorzuge)\b.{0,20}\bdiese[sn]? (?:werkzeug|tool)\b.{0,24}\b(?:anstelle|anstatt|statt|vor)\b.{0,12}\b(?:aller|alle|andere\w*|jede\w*)|\b(?:bevorzuge|nutze immer|verwende immer) diese[sn]? (?:werkzeug|tool) (?:vor|gegenuber)",
            r"|\b(?:gebruik altijd|verkies) (?:deze|dit) (?:tool|hulpmiddel)\b.{0,16}\b(?:in plaats van|boven)\b.{0,12}\bander",
        ),
    ),
    // Polish.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["instrukcj", "polecen", "zasad", "wytyczn"],
        r"\b(?:z?ignoruj(?:cie)?|zapomnij|pomin|odrzuc|nie zwracaj uwagi na)\b(?: [^ ]+){0,3}? (?:poprzedni\w*|wczesniejsz\w*|powyzsz\w*|dotychczasow\w*|systemow\w*|swoje)(?: [^ ]+)? (?:instrukcj\w+|polece\w+|zasad\w*|wytyczn\w+)\b",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["uzytkownik"],
        r"\bnie (?:mow|wspominaj|informuj|powiadamiaj|ujawniaj|zdradzaj)(?:cie)?\b.{0,24}\buzytkownik\w*|\bbez (?:wiedzy|informowania|powiadamiania) uzytkownik\w*",
    )
    .unless(r"\bdopoki\b"),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["narzedzi"],
        r"\bprzed (?:uzyciem|wywolaniem)(?: [^ ]+)? (?:innego|innych|jakiegokolwiek|kazdego innego)(?: [^ ]+)? narzedz\w+",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["narzedzi"],
        r"\b(?:zawsze (?:uzywaj|wybieraj)|preferuj) (?:tego|to) narzedzi\w+\b.{0,16}\b(?:zamiast|nad)\b.{0,12}\b(?:inn|wszystk|pozostal)",
    ),
    // Russian and Ukrainian.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["инструкци", "указани", "правил", "інструкці", "вказівк", "настанов", "предписани", "команд"],
        concat!(
            r"(?:игнорируй(?:те)?|проигнорируй(?:те)?|забудь(?:те)?|отбрось(?:те)?|не обращай(?:те)? внимания на|пренебреги(?:те)?|ігноруй(?:те)?|проігноруй(?:те)?|не зважай(?:те)? на)",
            r"(?: [^ ]+){0,3}? (?:предыдущ\S+|прежн\S+|прошл\S+|все|всі|усі|ранее \S+|системн\S+|свои|твои|ваши|попередн\S+|свої)(?: [^ ]+){0,2}? ?(?:инструкци\S+|указани\S+|правил\S*|інструкці\S+|вказівк\S+|настанов\S*|предписани\S+|команд\S*)",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["пользовател", "користувач"],
        r"(?:^|[ ,])(?:не|ничего не|нічого не)(?: [^ ]+)? ?(?:говори|сообщай|рассказывай|упоминай|сообщая|говоря|уведомляй|уведомляя|раскрывай|кажи|повідомляй|розповідай|згадуй|повідомляючи)(?:те)?[ ,].{0,40}(?:пользовател|користувач)\S*|без ведома пользовател|так,? чтобы пользовател\S* не (?:узнал|заметил)|без відома користувач",
    )
    .unless(r"\bпока\b|\bпоки\b"),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &["содержимое", "переписк", "парол", "вміст", "листуванн", "историю", "ключи"],
        r"(?:отправь|отправьте|передай|передайте|пришли|перешли|вставь|прочитай|надішли|передай|прочитай)(?:те)?.{0,40}(?:содержимое файла|всю переписку|историю (?:чата|переписки|диалога)|парол\S+|вміст файлу|усе листування|ключи)",
    ),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["инструмент", "інструмент"],
        r"(?:перед|прежде чем|до того как|перш ніж)(?: [^ ]+){0,2}? (?:любого|любым|каждым|какого-либо|каких-либо|будь-якого|кожним)?(?: ?)(?:другого|других|другим|другие|другой|іншого|інших|іншим|інші)(?: [^ ]+)? (?:инструмент|інструмент)",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["инструмент", "інструмент"],
        r"(?:всегда|предпочитай|выбирай|завжди|віддавай перевагу)(?: [^ ]+){0,2}? (?:этот|этому|цей|цьому) (?:инструмент\S*|інструмент\S*).{0,24}(?:вместо|а не|перед|замість)(?: [^ ]+)? ?(?:других|другого|другими|всех|любых|інших|усіх)",
    ),
    // Turkish.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["talimat", "komut", "kural"],
        r"\b(?:onceki|tum|butun|yukaridaki|sistem)(?: [^ ]+){0,2}? (?:talimat\w*|komut\w*|kural\w*)(?: [^ ]+)? (?:yok say(?:in|iniz)?|gormezden gel(?:in|iniz)?|unut(?:un)?|goz ardi et|goz ardi edin|dikkate alma)\b",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["kullanici"],
        r"\bkullanici(?:ya|lara|nin)\b.{0,24}\b(?:soyleme(?:yin)?|bahsetme(?:yin)?|bildirme(?:yin)?|haber verme(?:yin)?|haberi olmadan)\b|\bkullaniciya (?:soylemeden|bildirmeden)\b",
    ),
    Phrase::new(OtherTools, 2, FIRST, &["arac"], r"\b(?:baska|diger)(?: [^ ]+)? arac\w* (?:kullanmadan|cagirmadan|calistirmadan) once\b"),
    Phrase::new(Preference, 2, PREFER, &["arac"], r"\b(?:her zaman|daima) bu arac\w*.{0,40}|\bdiger araclar(?:in)? yerine .{0,24}\bbu arac"),
    // Vietnamese and Indonesian.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["huong dan", "chi dan", "chi thi", "lenh", "instruksi", "perintah", "petunjuk", "aturan"],
        concat!(
            r"\b(?:bo qua|phot lo|quen)(?: [^ ]+){0,3}? (?:huong dan|chi dan|chi thi|lenh|quy tac)(?: [^ ]+){0,2}? (?:truoc|tren|he thong|cu)\b",
            r"|\b(?:abaikan|lupakan|kesampingkan)(?: [^ ]+){0,2}? (?:instruksi|perintah|petunjuk|aturan|arahan)(?: [^ ]+){0,2}? (?:sebelumnya|sistem|di atas|terdahulu)\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["nguoi dung", "pengguna"],
        r"\b(?:dung|khong duoc|khong)(?: \S{1,6})? (?:noi|cho|tiet lo|de cap|thong bao)\b.{0,24}\bnguoi dung\b|\b(?:jangan|tanpa)(?: [^ ]+)? (?:beri ?tahu|memberi ?tahu|katakan|sebutkan|mengungkapkan|ungkapkan|sampaikan|sepengetahuan)\b.{0,24}\bpengguna\b",
    ),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["cong cu", "alat"],
        r"\btruoc khi (?:dung|su dung|goi)(?: \S{1,8}){0,3}? cong cu (?:nao )?khac\b|\bsebelum (?:menggunakan|memanggil)(?: \S{1,8})? alat (?:apa pun|lain)",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["cong cu", "alat"],
        r"\bluon (?:dung|uu tien|su dung|chon) cong cu nay\b.{0,24}\b(?:thay|hon)\b|\bselalu (?:gunakan|utamakan|pilih) alat ini\b.{0,24}\b(?:daripada|bukan|dibanding)",
    ),
    // Chinese.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["指令", "指示", "提示", "规则", "規則", "命令", "说明", "說明", "要求", "约束", "约定"],
        r"(?:忽略|无视|無視|忘记|忘記|忘掉|忽視|不理会|不理會|不要理会|抛弃|绕过|覆盖|不再遵守)[^。\n]{0,8}(?:之前|此前|以前|先前|前面|上面|上述|以上|所有|一切|系统|系統|原有|你的|既有|原来)[^。\n]{0,8}(?:指令|指示|提示词?|规则|規則|命令|说明|說明|要求|约束)",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["用户", "用戶", "使用者", "任何人"],
        r"(?:不要|别|勿|切勿|不得|不可|无需|不必|不能)[^。,,\n]{0,6}(?:告诉|告訴|告知|提及|通知|提醒|透露|说明|让|讓|提示)[^。,,\n]{0,6}(?:用户|用戶|使用者|任何人)|(?:不要|别|勿|切勿)(?:向|对|跟|和|與)(?:用户|用戶|使用者)[^。\n]{0,6}(?:透露|提及|说|提起|告知|揭露)|瞒着用户|(?:对|对于)用户保密|(?:用户|使用者)不知情",
    )
    .unless(r"之前不要|直到|除非"),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &["密码", "密钥", "私钥", "对话", "聊天", "对話", "凭证", "凭据", "id_rsa", ".env", ".ssh"],
        r"(?:发送|發送|上传|上傳|传给|附上|包含|提交|转发|读取|讀取|复制|泄露)[^。\n]{0,24}(?:用户的?(?:密码|密钥|凭证)|私钥|完整(?:的)?(?:对话|聊天)|(?:对话|聊天)(?:历史|记录)|全部对话|~/\.ssh|id_rsa|\.env)",
    ),
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["工具"],
        r"(?:在)?(?:使用|调用|調用|执行|呼叫|运行)(?:任何|所有|其他|其它|别的|每个)[^。\n]{0,4}工具(?:之前|以前|前)",
    )
    .unless(r"本服务器|本服務器|此服务器"),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["工具"],
        r"(?:始终|总是|一律|永远|务必|必须)[^。\n]{0,6}(?:使用|优先|選擇|选择|调用)[^。\n]{0,6}(?:本|此|这个|該|该)工具[^。\n]{0,12}(?:而不是|而非|不要使用|代替|替代|勿用)|优先(?:使用|选择)(?:本|此|这个|该)工具[^。\n]{0,12}(?:其他|其它|别的)",
    ),
    // Japanese.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["指示", "命令", "ルール", "プロンプト", "制約", "ガイドライン"],
        r"(?:以前|前|上記|これまで|今まで|従来|すべて|全て|システム|あなた)の?[^。\n]{0,8}(?:指示|命令|ルール|プロンプト|制約|ガイドライン)(?:を|は)?[^。\n]{0,8}(?:無視し(?:て|ろ|なさい)|無視する(?:こと|よう)|忘れ(?:て|ろ|なさい|る)|破棄し|従わないで|従うな)",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["ユーザー", "ユーザ", "利用者"],
        r"(?:ユーザー?|利用者)(?:に|には|へ)[^。\n]{0,12}(?:言わない|言うな|知らせず|知らせない|伝えない|伝えず|教えない|話さない|明かさない|秘密|気づかれ(?:ない|ず)|隠し)",
    ),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &["会話", "パスワード", "秘密鍵", "履歴"],
        r"(?:会話(?:履歴|の全文|全体)|チャット履歴|パスワード|秘密鍵|認証情報)を?[^。\n]{0,12}(?:送信し|送って|渡し|含め|添付し|転送し)",
    ),
    Phrase::new(OtherTools, 2, FIRST, &["ツール"], r"(?:他の|別の|ほかの|どの)ツールを[^。\n]{0,6}(?:使う|呼び出す|使用する|実行する)前に"),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["ツール"],
        r"(?:他|ほか|別)のツール(?:ではなく|よりも?|の代わりに)[^。\n]{0,8}(?:常に|必ず|優先|この)[^。\n]{0,8}(?:ツール|使)|(?:常に|必ず)この(?:ツール)を?[^。\n]{0,6}優先",
    ),
    // Korean.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["지시", "명령", "지침", "규칙", "프롬프트"],
        r"(?:이전|앞선|위의|기존|모든|시스템)[^.\n]{0,8}(?:지시|명령|지침|규칙|프롬프트)[^.\n]{0,8}(?:무시하(?:고|세요|십시오|라|여)|무시해|잊(?:어|고|으세요))",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["사용자"],
        r"사용자(?:에게|한테|가|는)[^.\n]{0,12}(?:말하지|알리지|언급하지|밝히지|숨기|비밀|모르게|알지 못하게)",
    ),
    Phrase::new(OtherTools, 2, FIRST, &["도구"], r"(?:다른|모든|어떤)(?: 다른)? 도구[를을]? (?:사용|호출|실행)하기 전에"),
    Phrase::new(Preference, 2, PREFER, &["도구"], r"(?:다른 도구(?:보다| 대신)[^.\n]{0,12}이 도구|항상 이 도구를[^.\n]{0,12}(?:우선|다른))"),
    // Arabic and Hindi.
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["التعليمات", "الأوامر", "القواعد", "تعليمات"],
        r"(?:تجاهل|تجاهلي|انس|اهمل|أهمل|تخطى)[^.\n]{0,16}(?:التعليمات|الأوامر|القواعد|تعليمات)[^.\n]{0,10}(?:السابقة|النظام|أعلاه|سابقة)?",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["المستخدم"],
        r"(?:لا|دون أن|بدون|ولا)[^.\n]{0,4} ?(?:تخبر|تذكر|تبلغ|تقل|تكشف|إخبار|علم|إبلاغ)[^.\n]{0,12}المستخدم",
    ),
    Phrase::new(OtherTools, 2, FIRST, &["أداة"], r"قبل (?:استخدام|استدعاء)[^.\n]{0,8}(?:أي )?أداة أخرى"),
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["निर्देश", "आदेश", "नियम"],
        r"(?:पिछले|पहले के|सभी|ऊपर के|सिस्टम)[^।\n]{0,12}(?:निर्देश|आदेश|नियम)\S*[^।\n]{0,6}(?:अनदेखा|नजरअंदाज|भूल|उपेक्षा)[^।\n]{0,8}(?:कर|जा|दें)",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["उपयोगकर्ता", "यूजर"],
        r"(?:उपयोगकर्ता|यूजर)[^।\n]{0,12}(?:न बताएं|मत बताना|न बताए|मत बताओ|नहीं बताना|से छिपा|को पता न)",
    ),
];
