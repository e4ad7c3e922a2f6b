"""The one register of personal data (PD1, PD4): what is held, for what, on which basis, where, how long, given to whom.

The page `/privacy/`, the table in docs/privacy.md, the copy a person gets and the test that walks all models read it. A new
field with room for a person has to be put here or into `privacy.impersonal`; until then a test fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guanhao.core.text import Text

NOTICE_VERSION = "2026-11-27.3"  # of the inventory as it is published; raised with every change of it

_DUTY = Text(
    "《个人信息保护法》第十三条第一款第三项；《互联网用户公众账号信息服务管理规定》第十六条",
    "PIPL Art. 13(1)(3); Provisions on Public Accounts, Art. 16",
)
_STAFF = Text(
    "《个人信息保护法》第十三条第一款第二项、第三项",
    "PIPL Art. 13(1)(2) and (3)",
)
_LOGS = Text(
    "《网络安全法》第二十三条；《个人信息保护法》第十三条第一款第三项",
    "Cybersecurity Law, Art. 23; PIPL Art. 13(1)(3)",
)
_INCIDENTS = Text(
    "《个人信息保护法》第五十七条；《国家网络安全事件报告管理办法》第四条",
    "PIPL Art. 57; Measures for Reporting National Cybersecurity Incidents, Art. 4",
)
_AUTHORITIES = Text(
    "《数据安全法》第三十五条；《网络安全法》第三十条",
    "Data Security Law, Art. 35; Cybersecurity Law, Art. 30",
)
_REQUESTS = Text("《个人信息保护法》第四十四条至第五十条", "PIPL Art. 44–50")
_RECORD = Text(
    "随业务记录保存，机构停用本系统时整体删除",
    "kept with the record of the work, deleted as a whole when the institution leaves the system",
)
_NOBODY = Text("不提供给他人", "given to nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One kind of personal data.

    ``places`` maps a model (``app.Model``) to the names of its fields. ``own`` names links to a person (``app.Model.field``) by
    which a row's words are that person's own and belong into their copy; by other links only the fact goes there.
    ``withheld`` names fields that a copy leaves out because whoever reads them could act as the person.
    """

    key: str
    what: Text
    purpose: Text
    basis: Text
    period: Text
    places: Mapping[str, tuple[str, ...]]
    recipients: Text = _NOBODY
    own: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


def _at(**places: str) -> Mapping[str, tuple[str, ...]]:
    """``people__Person="name phone"`` as ``{"people.Person": ("name", "phone")}``."""
    return {model.replace("__", "."): tuple(fields.split()) for model, fields in places.items()}


REGISTER: tuple[Held, ...] = (
    Held(
        key="identity",
        what=Text("姓名、身份、工号或学号、邮箱、手机、语言", "name, kind, staff or student number, e-mail, phone, language"),
        purpose=Text("认定谁办理、谁须回避，通知本人", "to know who acts and who must not, and to tell them"),
        basis=_STAFF,
        period=Text("在职在校期间；离开后应本人请求删除", "while they belong to the institution; deleted on request afterwards"),
        recipients=Text("邮件服务器：仅邮箱和通知内容", "the mail server: the address and the notice only"),
        places=_at(people__Person="user name kind staff_no email phone language active left_on"),
        own=frozenset({"people.Person.id"}),
    ),
    Held(
        key="posts",
        what=Text("任职、委托代办、三员职责", "posts, delegations, administrations held"),
        purpose=Text("按职务确定权限和审批人", "to derive permissions and who decides"),
        basis=_STAFF,
        period=_RECORD,
        places=_at(
            people__Appointment="person unit post since until",
            people__Delegation="principal deputy reason since until",
            people__CapabilityGrant="person capability",
        ),
        own=frozenset({"people.Appointment.person", "people.Delegation.principal", "people.CapabilityGrant.person"}),
    ),
    Held(
        key="sign_in",
        what=Text(
            "登录名、密码摘要、两步验证、会话、登录地址和浏览器、失败的登录",
            "sign-in name, digest of the password, second factor, sessions, address and browser, failed attempts",
        ),
        purpose=Text("确认本人，防止冒用", "to know that it is them and nobody else"),
        basis=_LOGS,
        period=Text(
            "登录账户随人员；会话最长十二小时；登录痕迹六个月",
            "the sign-in as long as the person; sessions twelve hours at most; traces of signing in six months",
        ),
        places=_at(
            people__User="username email password first_name last_name last_login",
            people__User_groups="user",
            people__User_user_permissions="user",
            mfa__Authenticator="user data",
            account__EmailAddress="user email",
            sessions__Session="session_data",
            usersessions__UserSession="user ip user_agent data session_key",
            axes__AccessAttempt="username ip_address user_agent get_data post_data path_info",
            axes__AccessFailureLog="username ip_address user_agent path_info",
            axes__AccessLog="username ip_address user_agent path_info",
        ),
        withheld=frozenset(
            {"people.User.password", "mfa.Authenticator.data", "sessions.Session.session_data",
             "usersessions.UserSession.data", "usersessions.UserSession.session_key"}
        ),
    ),
    Held(
        key="articles",
        what=Text(
            "投稿人、稿件内容、图片和附件、审查发现、差错",
            "contributor, what they wrote, pictures and files, findings, errors",
        ),
        purpose=Text("编辑、审查、发布和追溯稿件", "to edit, check, publish and trace articles"),
        basis=_DUTY,
        period=_RECORD,
        recipients=Text(
            "发布的平台（微信、微博）和公众：仅批准发布的内容",
            "the platform it is published on (WeChat, Weibo) and the public: what was approved for publishing",
        ),
        places=_at(
            contents__Article="title contributor working",
            contents__ArticleHand="person why",
            contents__Asset="original_name uploaded_by",
            contents__Attachment="added_by issued_by",
            contents__ErrorMark="person quote note",
            contents__Finding="place message_zh message_en settled_by reason",
            contents__Handling="person place message_zh message_en reason",
            contents__Push="planned_by",
            contents__Rescreening="asked_by",
            contents__RescreeningHit="excerpt message_zh message_en",
            contents__Revision="content created_by",
            contents__TitlePair="pair",
        ),
        own=frozenset(
            {"contents.Article.contributor", "contents.Asset.uploaded_by", "contents.Revision.created_by",
             "contents.Handling.person"}
        ),
    ),
    Held(
        key="decisions",
        what=Text("申请人、审批人和意见、签字材料", "who applied, who decided with which opinion, signed papers"),
        purpose=Text("先审后发、谁审批谁负责", "review before publishing, with somebody who answers for it"),
        basis=_DUTY,
        period=_RECORD,
        places=_at(
            applications__Application="title applicant working",
            applications__ApplicationHand="person",
            applications__ApplicationRevision="content findings created_by",
            applications__Completion="values note person",
            cases__Barred="person",
            cases__Case="submitted_by label facts",
            cases__Decision="person acting_for opinion checklist",
            cases__PaperCopy="name added_by",
            documents__FormTemplate="uploaded_by",
            documents__IssuedForm="title content issued_by",
            regulation__RulebookVersion="adopted_by",
        ),
        own=frozenset(
            {"applications.Application.applicant", "applications.ApplicationRevision.created_by",
             "applications.Completion.person", "cases.Decision.person"}
        ),
    ),
    Held(
        key="accounts",
        what=Text(
            "账号的第一责任人、分管领导、管理员、保管人和绑定人",
            "whoever answers for an account, leads, runs, holds or is bound to it",
        ),
        purpose=Text("备案、保管凭证、追究责任", "filing, custody of credentials, responsibility"),
        basis=_DUTY,
        period=_RECORD,
        places=_at(
            custody__Emergency="person reason",
            custody__EmergencyVoice="person",
            custody__Exposure="person",
            custody__Proof="person statement",
            custody__Reveal="person reason",
            registry__Account="first_responsible supervising_leader manager bound_administrator state_reason state_proof",
            registry__Connection="uid by",
            registry__Consent="person uid name",
            registry__Filing="particulars filed_by",
            registry__FilingNumber="issued_by",
            registry__Holder="person",
            registry__Operator="person",
            registry__Secret="set_by",  # noqa: S106 - a field, not a secret.
        ),
        own=frozenset({"custody.Emergency.person", "custody.Reveal.person", "custody.Proof.person"}),
    ),
    Held(
        key="names",
        what=Text(
            "词库中的人名、职务和例外，以及录入人",
            "names and titles in the word lists, exceptions, and who entered them",
        ),
        purpose=Text("核对人名、职务的写法", "to check how names and titles are written"),
        basis=_DUTY,
        period=Text("从词库移除为止；移除的留在记录中", "until taken off the list; the record keeps what was taken off"),
        places=_at(
            lexicon__Entry="text meaning note added_by removed_by",
            lexicon__ListedTerm="text allow note added_by removed_by",
        ),
    ),
    Held(
        key="work",
        what=Text(
            "义务、反映事项、年检、交接、通知和导出",
            "duties, concerns, inspections, handovers, notices and exports",
        ),
        purpose=Text("让该办的人知道并办完", "so that whoever has to act knows and does"),
        basis=_STAFF,
        period=Text("导出文件七天；其余随业务记录保存", "exported files seven days; the rest with the record of the work"),
        recipients=Text("邮件服务器：通知的内容", "the mail server: what the notice says"),
        places=_at(
            duties__Concern="words raised_by",
            duties__Duty="person",
            duties__Feed="person",
            duties__FiledRules="name filed_by",
            exports__ExportJob="person title params",
            handover__Handover="person begun_by",
            handover__Heir="title person",
            handover__Signature="person note",
            inspections__ClosureOrder="reason ordered_by",
            inspections__Inspection="working reason",
            inspections__Report="values evidence made_by",
            inspections__Round="opened_by published_by",
            lexicon__Allowance="added_by removed_by reason",
            lexicon__ProofTraining="asked_by",
            notices__Delivery="last_error",
            notices__Notice="person title_zh title_en body_zh body_en",
        ),
        own=frozenset(
            {"duties.Concern.raised_by", "exports.ExportJob.person", "handover.Signature.person",
             "inspections.Report.made_by", "notices.Notice.person"}
        ),
    ),
    Held(
        key="publishing",
        what=Text(
            "排期、发布、停发和撤回的人，手工发布的报告，预览用的微信号",
            "who planned, published, stopped and withdrew, reports by hand, the WeChat id of a preview",
        ),
        purpose=Text("发布可追溯，出错能处置", "so that what was published can be traced and mended"),
        basis=_DUTY,
        period=_RECORD,
        recipients=Text(
            "微信：预览时填写的微信号，仅该次预览", "WeChat: the WeChat id typed for a preview, for that preview only"
        ),
        places=_at(
            publishing__Attempt="approvals body",
            publishing__HandReport="by second note",
            publishing__InstallationStop="by lift_asked_by lifted_by reason",
            publishing__Look="sentence sentence_en evidence",
            publishing__Preview="asked_by wechat_id sentence sentence_en",
            publishing__PublishJob="cause cause_en remote",
            publishing__Stop="by lift_asked_by lifted_by reason",
            publishing__Withdrawal="asked_by decided_by confirmed_by reason note sentence sentence_en",
        ),
        own=frozenset({"publishing.HandReport.by", "publishing.Preview.asked_by"}),
    ),
    Held(
        key="operator_address",
        what=Text("排期人的网络地址（仅微博）", "the network address of whoever planned a post (Weibo only)"),
        purpose=Text("微博接口要求随发布提供（rip）", "Weibo's interface demands it with the post (rip)"),
        basis=Text("《个人信息保护法》第二十三条", "PIPL Art. 23"),
        period=Text("发布有结果即删除", "deleted as soon as the post is settled"),
        recipients=Text("微博：仅该次调用", "Weibo: for that call only"),
        places=_at(publishing__PublishJob="operator_address"),
    ),
    Held(
        key="ledger",
        what=Text("谁在何时做了什么、当时的称呼和网络地址", "who did what when, what they were called, their network address"),
        purpose=Text("不可篡改的办理记录", "a record that cannot be changed"),
        basis=_LOGS,
        period=Text(
            "按单位的留存期限（默认三年，不少于六个月）后删除；称呼、地址和意见可应请求更早抹除，证明仍然成立",
            "deleted after the institution's period (three years by default, six months at least); names, addresses and opinions can be erased earlier on request, the proofs still hold",
        ),
        recipients=Text(
            "系统之外的存证点：只有哈希，没有个人信息",
            "checkpoints outside: hashes only, no personal data",
        ),
        places=_at(
            ledger__Event="actor_id acting_for subject_id facts entry",
            ledger__EventDetail="data salt",
        ),
    ),
    Held(
        key="public",
        what=Text(
            "公众推送消息的用户摘要、举报说明、冒名账号的名称",
            "a digest for users who pushed messages, notes of reports, names of impostor accounts",
        ),
        purpose=Text("处理平台推送，处置冒名账号", "to handle what platforms push, and impostors"),
        basis=_DUTY,
        period=Text("推送三十天；举报随处置记录", "pushes thirty days; reports with the record of the handling"),
        places=_at(
            inbound__InboxItem="user identity reference facts",
            inbound__RefusedPushes="sender",
            limiting__Counted="who",
            watch__Report="note",
            watch__Sighting="name handle address note found_by decided_by",
        ),
    ),
    Held(
        key="incidents",
        what=Text("安全事件涉及的人、处置和报告", "whom an incident concerns, what was done and reported"),
        purpose=Text("及时报告和告知", "to report and to tell in time"),
        basis=_INCIDENTS,
        period=Text("结案后三年", "three years from closing"),
        recipients=Text("主管部门、公安、网信部门：依法报告的内容", "authorities: what has to be reported"),
        places=_at(
            privacy__Incident="title what persons_who data_kinds causes advice contact lessons opened_by closed_by",
            privacy__Measure="words person",
            privacy__Report="whom words settled_by",
        ),
    ),
    Held(
        key="requests",
        what=Text("本人提出的查阅、更正、删除等请求和答复", "what persons asked about their own data, and the answers"),
        purpose=Text("在十五天内答复，并能证明", "to answer within fifteen days, and to show it"),
        basis=_REQUESTS,
        period=_RECORD,
        places=_at(
            privacy__Erasure="person",
            privacy__PersonRequest="person words asked_by answer answered_by",
        ),
        own=frozenset({"privacy.PersonRequest.person"}),
    ),
    Held(
        key="notices_read",
        what=Text("谁在何时阅读了哪一版告知书，谁发布", "who read which version of the notice when, and who published it"),
        purpose=Text("告知到每个人，并能证明", "to tell everybody, and to show it"),
        basis=Text("《个人信息保护法》第十七条", "PIPL Art. 17"),
        period=_RECORD,
        places=_at(
            privacy__Acknowledgement="person",
            privacy__PrivacyNotice="body contact words published_by",
        ),
        own=frozenset({"privacy.Acknowledgement.person"}),
    ),
    Held(
        key="consents",
        what=Text(
            "稿件中出现的人、使用其姓名或影像等的同意、监护人、撤回和处置",
            "persons shown in articles, consents to their name, pictures and the like, guardians, withdrawals and what followed",
        ),
        purpose=Text("公开个人信息须取得单独同意", "publishing personal data needs a separate consent"),
        basis=Text("《个人信息保护法》第十四条、第十五条、第二十五条、第三十一条", "PIPL Art. 14, 15, 25, 31"),
        period=_RECORD,
        places=_at(
            privacy__Portrayal="added_by settled_by settled_words",
            privacy__PublicationConsent="person name note guardian guardian_is noted_by withdrawn_by reason",
        ),
        own=frozenset({"privacy.PublicationConsent.person"}),
    ),
    Held(
        key="disclosures",
        what=Text("依法调取的经办人、所涉人员和办理人", "officers, persons named and who handled a lawful disclosure"),
        purpose=Text("依法配合调取并留痕", "to assist authorities by law, on record"),
        basis=_AUTHORITIES,
        period=_RECORD,
        recipients=Text("持法律文书的机关：仅文书载明的范围", "the authority with the instrument: what it names only"),
        places=_at(
            privacy__DisclosedPerson="person",
            privacy__Disclosure="officers instrument_no purpose reason delivered_to delivered_how prepared_by decided_by delivered_by",
        ),
    ),
    Held(
        key="retention",
        what=Text("更改台账留存期限：谁提出、同意、撤回，理由", "changes of the ledger's period: who asked, agreed, took back, and why"),
        purpose=Text("由两人决定", "so that two persons decide it"),
        basis=_LOGS,
        period=_RECORD,
        places=_at(retention__PeriodChange="reason asked_by agreed_by dropped_by"),
    ),
    Held(
        key="assessments",
        what=Text("影响评估的评估人、登记人、结论人", "who assessed, opened and concluded an impact assessment"),
        purpose=Text("证明处理个人信息前作过评估", "to show that processing was assessed beforehand"),
        basis=Text("《个人信息保护法》第五十五条、第五十六条", "PIPL Art. 55 and 56"),
        period=Text("结论后不少于三年", "three years at least from the conclusion"),
        places=_at(
            privacy__Assessment="title data_kinds purpose necessity effects measures assessors opened_by conclusion_words concluded_by"
        ),
    ),
    Held(
        key="removals",
        what=Text("单位退出本系统：谁提出、确认、取消，理由", "the institution's leaving: who asked, confirmed, took back, and why"),
        purpose=Text("由两人决定，并能证明是谁", "so that two persons decide it, and that it can be shown who they were"),
        basis=_DUTY,
        period=Text("退出时姓名换成加盐摘要，随后长期保留摘要", "names become salted digests when it is carried out; these stay"),
        places=_at(removal__Removal="reason asked_by confirmed_by cancelled_by asked_digest confirmed_digest"),
    ),
)  # fmt: skip


def registered() -> dict[str, set[str]]:
    """Every field in the register by its model."""
    found: dict[str, set[str]] = {}
    for held in REGISTER:
        for model, fields in held.places.items():
            found.setdefault(model, set()).update(fields)
    return found


def lines() -> Iterator[str]:
    """The register as the table of docs/privacy.md, in English."""
    yield "| what | for what | basis | how long | given to | where |"
    yield "|---|---|---|---|---|---|"
    for held in REGISTER:
        where = "; ".join(f"`{model}`: {', '.join(fields)}" for model, fields in held.places.items())
        words = (held.what, held.purpose, held.basis, held.period, held.recipients)
        yield f"| {' | '.join(text.en for text in words)} | {where} |"
