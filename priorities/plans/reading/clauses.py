"""Sentences and clauses, and what a clause is: a thing to be done, its premise, or its goal.

A plan's sentence is built as: title, premise (the principle it is done under), the things to be
done, goal. Premises open the sentence and say under what, by what or towards what (坚持…理念,
践行…, 以…为抓手, 瞄准…); goals close it and say what for (为…凝聚力量, 努力…, 确保…, 打造…). In
between stand the actions, most often in parallel: alike in length or form, each with its verb
first.
"""

import re

from .flow import Flow, Span

STOPS = "。！？\n"
COMMAS = "，；。！？：\n"

_PREMISE = re.compile(
    r"""(?:要|必须|始终|牢固|牢牢|坚定|坚决|认真|全面|深入|严格|继续|积极|主动|持续|更好|充分)*(?:
    坚持.{0,30}(?:理念|思想|方针|原则|导向|总基调|思路|至上|优先|宗旨|底线)$|坚持以.{2,20}为.{1,12}$
    |践行|高举|秉[持承]|瞄准|锚定|紧扣|紧紧围绕|围绕|立足|着眼|抢抓|把握.{0,20}(?:机遇|契机|规律
    |要求|定位)|抓住.{0,20}(?:机遇|契机)
    |(?:贯彻|落实|遵循).{0,30}(?:要求|思想|理念|方针|总要求|战略思想)$|(?:聚焦|对标|针对|面对|根据
    |结合|依托|按照|依照|通过|顺应|适应|遵循|本着|基于)
    |向.{1,12}要.{1,6}、|以.{1,40}为.{0,8}(?:引领|导向|抓手|载体|牵引|目标|核心|重点|主线|契机
    |统领|遵循|根本|支撑|支点|基础|中心|突破口|动力|先导|指引|关键|保障|依托|主题|己任|使命|统揽
    |底线|龙头|驱动|纽带|路径|主攻方向|切入点|着力点|落脚点|本|主|先|纲|要)$|(?:强化|增强|树牢
    |树立).{0,8}(?:责任担当|情怀|意识|观念|政治自觉)(?:、.{2,12})?$
    |涵盖|利用.{0,12}(?:机遇|契机)
    )""",
    re.X,
)
_MEANS = re.compile(
    r"如[^，。；]{2,}等?$|包括.{2,}|立足.{2,}|(?:利用|凭借|借助).{2,}(?:优势|契机|机遇)$"
    r"|以.{1,40}为.{0,3}(?:基底|特色|底色|根基|手段|路径|方向|亮点)$|方便.{2,}|(?:针对|为了|为(?:进一步|更好|切实)).{2,}"
    r"|(?:在|从|就|对)[^，。；]{2,60}(?:基础上|过程中|前提下|背景下|方面|领域|的同时)$|以.{1,40}为(?:桥梁|平台)$|在?\d{4}年$|(?:全区上下|各地各部门|各级各部门|全体)?(?:要)?(?:按照|依照|围绕|通过|根据"
    r"|结合|依托"
    r"|以.{1,40}为.{0,8}(?:引领|导向|抓手|载体|牵引|目标|核心|重点|主线|契机|统领|遵循|根本|支撑"
    r"|支点|基础|中心|突破口|动力|先导|指引|关键|保障|依托|主题|己任|使命|统揽|底线|龙头|驱动"
    r"|纽带|路径|主攻方向|切入点|着力点|落脚点|本|主|先|纲|要)$|用“|引导其|"
    r"以(?:更|有力|高质量|最|实际|优异)|既.{2,20}又|主要用于|其中|目前|同时$|今年$|一方面"
    r"|另一方面|尽早|把握.{0,20}(?:契机|机遇)"
    r"|春节期间|为.{2,30}(?:提供|营造|创造|贡献|奠定|作出|打下|注入))"
)
_GOAL = re.compile(
    r"""(?:从而|进而|最终|以|并|努力|切实|全力|不断|持续|奋力|加速|加快|有效|真正|更好地?)*(?:
    为.{2,60}(?:力量|贡献|保障|支撑|环境|基础|动力|作出|服务|条件|氛围|篇章|活力)|确保|实现|力争
    |力促|争取|早日|让.{2,40}|使.{2,40}|努力.{2,}|奋力.{2,}
    |打造(?:成为|成|功能|有|宜|全国|全省|全市|区域|一流|新|现代化|更具|具有|高品质).{2,}
    |打造.{2,30}(?:高地|新区|城区|城市|样板|标杆|典范|新引擎|增长极|集聚区|示范区|新标杆|名片
    |新格局|战略新门户)
    |形成.{2,}|构筑.{2,}新优势|建成.{2,}(?:强区|高地|样板)|助力|促进|带动|推动.{2,24}(?:发展|进位
    |升级|跨越|跃升|提升)$|绘就|谱写|书写|交出
    |(?:提升|增强|满足|提高).{0,16}(?:获得感|幸福感|安全感|满意度|水平|能力|质量|竞争力|效能|活力
    |核心竞争力|需求|需要)$
    |做到.{0,12}(?:早|无|零)|保障.{2,}|减轻.{2,}|健全完善一流|坚决扫除一切|营造.{2,}环境$
    )""",
    re.X,
)
_AIM_ONLY = re.compile(
    "(?:努力|奋力|加速打造|全力打造|为.{2,60}(?:力量|贡献|环境|保障|基础)|确保|早日|不断提升"
    "|不断增强|切实保障|切实做到|让|争取|持续促进|激发|带动)"
)
_JOINT = re.compile("(?:开展|实施|推进|打好|抓好|组织)")
_CAMPAIGN = re.compile(".{4,30}?(行动|工程|计划|攻坚战|战役|专项整治|活动|革命)$")


def sentences(flow: Flow, start: int, end: int) -> list[Span]:
    """The stretch cut into sentences."""
    return flow.cut(start, end, STOPS)


def clauses(flow: Flow, start: int, end: int) -> list[Span]:
    """The stretch cut at commas, semicolons and full stops, each without them."""
    return [flow.trimmed(*piece) for piece in flow.cut(start, end, COMMAS)]


def split_campaigns(flow: Flow, clause: Span) -> list[Span]:
    """开展 A行动、B行动、C行动 as the three campaigns; any other clause stays whole."""
    start, end = clause
    verb = _JOINT.match(flow.letters, start, end)
    if not verb:
        return [clause]
    parts = [flow.trimmed(*part) for part in flow.cut(verb.end(), end, "、")]
    kinds = {
        match[1] for match in map(_CAMPAIGN.match, (flow.letters[a:b] for a, b in parts)) if match
    }
    fits = len(parts) >= 3 and len(kinds) == 1
    return parts if fits and all(_CAMPAIGN.match(flow.letters[a:b]) for a, b in parts) else [clause]


def is_premise(words: str) -> bool:
    """Whether a clause says under which principle, and nothing that is done."""
    if re.search("用心用情|办好|推进|开展.{2,}(?:行动|活动)", words):
        return False
    return bool(_PREMISE.match(words))


def is_means(words: str) -> bool:
    """Whether a clause only says how, when or for what the next or the last one is done."""
    return bool(_MEANS.match(words))


def is_goal(words: str, *, strictly: bool = False) -> bool:
    """Whether a clause says what for. ``strictly``: whatever stands beside it."""
    return bool((_AIM_ONLY if strictly else _GOAL).match(words))


def breaks_parallel(last: str, others: list[str]) -> bool:
    """Whether a closing clause drops the mark that all before it share: “…”, or 一…."""
    return len(others) >= 3 and any(
        all(mark in words for words in others) and mark not in last for mark in ("“", "一批", "一")
    )
