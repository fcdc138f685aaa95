"""What a stretch of the text speaks of: the year to come, the year gone by, or neither.

The same numbered form serves last year's review, general demands, goals and the list that is looked
for. What tells them apart is the sentence that leads in, the heading above, and the words of the
items themselves (了, 同比, 已建成 in a review; 提高站位, 压实责任 in demands).
"""

import re
from dataclasses import dataclass

from .flow import Flow, Span
from .verbs import begins_with_verb

_PARTS = re.compile(
    "会议.{0,8}(?:共有|共|有|安排)[一二三四五六七八九十两\\d]{1,2}(?:项|个)(?:议程|议题|内容|程序)|"
    "(?:分为?|包括|共)(?:[一二三四五六七八九十两]|\\d)个?(?:大)?(?:部分|章|板块)|议程(?:是|有"
    "|包括|如下)|主持人|名单如下"
)

OTHER = "other"
"""A list of which every part is something else than work to be done."""

REVIEW = "review"
PLAN = "plan"
DEMAND = "demand"
GOAL = "goal"
CONTAINER = "container"
WORK = "work"
ABOUT = "about"

_REVIEW_HEAD = re.compile(
    "回顾|工作总结|^(?:认真|全面|客观)总结|^总结.{0,6}(?:工作|成绩)|(?:实施|主要)?(?:效果|成效)$"
    "|过去.{0,3}年"
    "|取得.{0,12}(?:成效|成绩|进展)"
    "|完成情况|主要(?:成效|成绩|做法)"
    "|存在.{0,6}(?:问题|不足|困难)|形势(?:分析|任务)?$|工作情况$|工作开展情况|推进情况$|工作亮点"
)
_DEMAND_HEAD = re.compile(
    "^(?:工作|有关|几点|相关)?(?:总体要求|总体思路|指导思想|基本原则|工作原则|工作要求|有关要求"
    "|保障措施|组织保障|组织领导|组织实施|实施步骤|工作步骤|工作程序|办事程序|工作流程|工作保障|工作机制|监督检查|督查考核"
    "|考核(?:奖惩|办法|细则)|奖惩"
    "|附则|(?:督查|检查|考核|评选|活动|会议|调研|巡察|验收|征集|报名|申报|培训)(?:目的|时间|方式"
    "|内容|安排|对象|步骤"
    "|要求|范围|重点|日期|途径|流程)|(?:基本|总体)情况|发展(?:基础|形势)|面临.{0,4}形势|实施原则"
    "|存在.{0,4}问题"
    "|背景|依据|起草|制定|适用|进度安排|时间安排|报送)"
    "|总体要求|指导思想|组织领导$|保障措施"
)
_ABOUT_HEAD = re.compile(
    "的(?:措施|内容|主要内容|安排|要求|做法)$|(?:意义|过程|背景|依据|具体要求|特点|亮点|重要性"
    "|必要性|起草情况|编制情况)$"
)
"""Headings of a text about a plan: how it came about and what it means."""

_GOAL_HEAD = re.compile(
    "(?:预期|发展|工作|总体|主要|年度)?(?:预期)?目标(?:指标)?$"
    "|目标任务$(?<!主要目标任务)(?<!重点目标任务)"
)
_CONTAINER_HEAD = re.compile(
    r"^(?:\d{4}年?|今年|明年|下一步|下阶段|下半年|本年度|新一年)?(?:的|度|全年)?"
    r"(?:全?[区县市镇乡州盟旗]|街道|政府|区委|区政府|我[区县市镇]|党委|委|局|项目)*(?:的)?"
    r"(?:[一二三四五六七八九十]{1,2}[个大]?(?:方面)?|年度|重点|主要|具体|目标|各项|经济社会|发展"
    r"|中心|推进|总体)*"
    r"(?:工作|任务|举措|措施|事项|实事|项目|重点|展望|思路|计划)+"
    r"(?:的|及|和|与)*(?:民生实事(?:项目)?|责任|推进|分工|安排|打算|计划|部署|思路|清单|要点|分解"
    r"|意见|内容|重点|任务|建议|举措|措施|展望|谋划)*$"
)
_FORMAL = re.compile(
    "提高.{0,4}(?:站位|认识|政治)|高度重视|(?:加强|强化).{0,4}(?:组织领导|领导|督查|督导|督办"
    "|考核|责任(?:落实|担当)?|工作落实|协作|协同|协调|配合|调度|宣传|保障)$|压[紧实].{0,4}责任"
    "|夯实.{0,4}责任|落实.{0,4}责任"
    "|明确.{0,4}(?:责任|分工|任务)|严格.{0,4}(?:考核|落实|督查|问责|标准)|狠抓.{0,4}落实|(?:改进"
    "|转变|完善).{0,4}(?:方法|作风|思维|观念)|健全.{0,8}机制$|解放思想|钉钉子|更新观念|务求实效"
    "|抓好(?:工作)?落实|凝聚.{0,4}(?:合力|共识)|营造.{0,6}氛围|担当作为|转变.{0,3}作风"
    "|严[明肃守].{0,4}(?:纪律|规矩)"
    "|统一思想|提振.{0,4}(?:精气神|信心)|认真(?:组织|学习|落实|履职)|及时(?:报送|总结)"
    "|按时(?:报送|完成)|跟踪问效|密切配合|通力协作|增强.{0,6}(?:使命感|责任感|紧迫感)"
    "|细化.{0,6}(?:任务|措施|方案|计划)$|明确.{0,4}措施|加大.{0,4}(?:督查|督导|检查)力度|对标对表"
    "|抓紧谋划|严谨务实"
    "|强化督[查导办]|定期(?:报送|调度)|层层.{0,4}(?:落实|压实)|坚定信心|提高认识|真抓实干"
    "|勇于担当|主动作为"
)
_STRONG_LEAD = re.compile(
    "重点(?:抓好|做好|推进|完成|办好|实施|开展|从).{0,12}(?:工作|任务|方面|实事|项目)|(?:以下"
    "|下列|几)(?:个|项|件)?.{0,4}(?:方面|工作|任务)"
)
_NOTICE = re.compile(
    "各(?:责任|牵头|主办|承办|级|部门|单位|地区?|乡镇|镇街?|街道|区县)[^。]{0,12}(?:要|应|须|需)"
    "|抓好(?:贯彻)?落实|狠抓落实"
    "|报送|督查|时间节点|第一责任人|印发给你们|责任分解中|列第一位"
)
_AGENDA = re.compile(
    "^(?:会议)?(?:听取|审议|审查|批准|表决|选举|补选|通过|票决|书面审议|宣布|宣读|传达|通报"
    "|推选)(?!.{0,4}(?:机制|制度))"
)
_POLITICAL = re.compile(
    "学习|贯彻|精神|思想|政治|使命|责任|担当|作风|纪律|信心|站位|认识|形势|意识|忠诚|团结|监督|本领"
    "|初心|自我革命|从严治党|落到实处|不折不扣|两个维护|带头|大局|方向|态度|状态|干劲|合力|定力"
    "|规律"
)
_UNRELATED = re.compile(
    "会议(?:时间|地点|议程)[：:]|参[会加]人员[：:]|会议(?:时间|地点)为|招聘(?:岗位|条件|公告|启事"
    "|范围|程序)|应聘|报名(?:时间|方式|条件|地点)"
    "|倡议书|温馨提示|致.{2,16}(?:的一封信|倡议)|居民朋友|述职|我作为[^，。]{0,20}(?:书记|主任|[镇区县市局院校]长)|(?:基本|常用)格式|写作(?:方法|技巧)|先进事迹|先进(?:集体"
    "|个人).{0,6}名单|拟表彰"
    "|任职公示|中标|招标(?:公告|条件|文件)|投标|资格要求|(?:^|\\n)[^\\n，。]{0,40}应急预案\\n|(?:^|\\n)[^\\n，。]{0,30}预算(?:草案)?(?:的)?报告\\n"
    "|征集(?:时间|日期|内容|范围|方式"
    "|途径|要求)|采购公告"
)

_DONE = re.compile(
    "(?:完成|实现|建成|提高|推进|取得|开展|打造|形成|壮大|改善|解决|增强|提升|获得|改造|新建|引进"
    "|举办|制定|成为)了|荣获|获评|获批|同比(?:增长|下降)|已(?:完成|建成|经|实现|启动|运营|开展|投用|开工|竣工|交付|惠及|全部)|带动就业\\d|在建\\d"
    "|取得.{0,10}(?:成[绩效]|进展|突破)|跃居|位居|位列|排名|居全[省市区国]|增速|成功(?:创建|举办"
    "|承办|入选)|基本完成"
    "|显著(?:提升|改善|增强)"
    "|更加(?:坚实|充沛|完善|有力|优化|坚定)|全面完成(?:了|预期|年初|各项)|圆满完成|累计|突破\\d"
    "|完成投资"
    "|不够|有待(?:加强|提高|提升)|依然突出|仍有差距|增幅不|力度不"
    "|迈[出上].{0,6}(?:步伐|台阶)|(?:下降|减少)了?\\d|连续[一二三四五六七八九十\\d]+年"
    "|突破.{1,6}元|评为|完成[^，。；]{2,14}\\d[\\d.]*亿元|有所提速|卓有成效|成效(?:显著|明显)"
)
_ACHIEVED = re.compile(
    "[^，。；要将]{2,10}(?:稳步|持续|不断|明显|显著|有效|日益|逐步|稳中|有力|大幅|日趋|全面)"
    "(?:提升|改善|向好|增强|推进|发展|巩固|好转|优化|完善|加强|提高|有效|见效|向优|进步|显现|回升|增长|提速|延伸|攀升"
    "|夯实)(?:[，。；]|$)"
)
"""A subject with what became of it: 产业发展稳步推进, where a plan says 稳步推进产业发展."""

_REVIEW_CUE = re.compile(
    "(?:截至(?:目前|\\d{1,2}月|今年|年底)|累计完成|正常推进|过去的?一年|一年来|过去.{1,3}年|五年来|今年以来|去年|上半年(?!.{0,8}(?:要|将|安排|打算))"
    "|回顾|总结.{0,6}工作|报告指出|\\d{4}年，在|工作回顾|一年中|走出了|(?:1|一)[-—至到]\\d{1,2}月"
    "|总结了|完成了|主要做了"
    "|取得.{0,8}成[绩效]"
    "|成效显著|充分肯定|主要体现在|已(?:全部|基本|如期|圆满|经)?(?:完[成工]|投入使用|建成|竣工)"
    "|均已|完成情况"
    "|办结|(?:特点|特征|亮点|变化)(?:：|$))"
)
_PLAN_CUE = re.compile(
    "(?:重点(?:做好|抓好|推进|实施|办好|工作|任务)|(?:做好|抓好|办好|实施|推进"
    "|完成).{0,14}(?:工作|实事|任务|工程|项目|行动)|以下|下列|如下|(?:今年|明年|新的一年|下一步"
    "|下半年|下阶段|接下来).{0,12}(?:要|将|工作|重点)"
    "|\\d{4}年.{0,14}(?:要|将|重点|工作(?!回顾|总结)|安排|打算|任务|民生实事|计划)|分解|任务分工"
    "|(?:工作|任务|年|步).{0,6}(?:安排|打算|部署|计划|谋划)|民生实事|分别是|具体包括|具体来说"
    "|工作部署|谋划.{0,4}工作|作出.{0,4}部署"
    "|(?:主要|重点)(?:工作)?任务|公布.{0,40}(?:清单|项目|实事)|报告提出|研究部署|将(?:认真|深入|全面|坚决|继续)?(?:贯彻|落实|围绕|聚焦|抓好|实施"
    "|推进|持续)|安排部署|统筹推进)"
)
_PAST = re.compile(
    ".{0,12}(?:过去的?一年|一年来|五年来|过去.{1,3}年|今年以来|去年|20\\d\\d年以来|上年)"
    "|.{0,6}(?:主要)?做了"
)
_LOOKS_BACK = re.compile("(?:总结|回顾)了|完成了年初|圆满完成")
_STATE = re.compile(
    "(?:完成|落实|执行|推进|办理|工作|督办)情况(?:予以)?(?:如下|(?:通报|汇报|总结|报告)"
    "(?:如下)?)?[：]?$"
)
_TURN = re.compile(
    "谋划全年|全年工作|确定.{0,4}今年|今年要|今年将|下一步|明年|新的一年|部署|安排.{0,4}20"
)
"""After a look back the sentence itself turns to what is to come."""

_DEMAND_CUE = re.compile(
    "(?:(?:以下|如下|下列).{0,2}(?:要求|意见|通知|事项)|提出(?:以下|如下)?.{0,4}(?:意见|要求)"
    "|(?:提|讲).{0,4}(?:点|个)(?:意见|要求|建议)"
    "|工作要求(?:[：]|$)|(?:强调|要求)[，：]?.{0,30}(?:抓落实|作风|纪律)"
    "|贯彻落实.{0,10}要求如下|通知如下|就.{0,20}提出.{0,4}要求)"
)
_SPEECH = re.compile(
    "(?:会议|全会|大会|报告|决议|通知|与会|区委书记|区长|.{2,14}(?:书记|主任|区长|镇长|县长|市长"
    "|主席|同志|常委|部长|某某))(?:还|最后)?.{0,8}?(?:号召|要求|指出|强调|认为|表示|提出|说)"
)
_CLOSING = re.compile(
    "(?:会议|全会|大会|报告)(?:还|最后)?(?:号召|审议|通过|由)|当天|会上|会前|会后|随后|最后，"
    "|附件[：:\\d一二]|附件$|各位代表|同志们|让我们|参加会议|出席会议"
    "|.{0,20}(?:参加(?:了)?(?:会议|活动)|列席(?:会议|了)?|出席)。?$|.{2,30}(?:人民政府|委员会"
    "|办公室|街道办事处)$|\\d{4}年\\d{1,2}月\\d{1,2}日$"
    "|(?:更加)?(?:紧密)?团结在|关于.{4,40}的(?:通知|决议|意见)$|政府工作报告强调|以上|据悉|据了解"
    "|公示期|(?:联系|咨询|监督|举报)(?:电话|人|方式)|近日|下面|备注[：:]|注[：:]|填[报表]说明"
    "|报送(?:格式|要求)|说明[：:]"
    "|存在(?:的)?(?:主要)?(?:问题|不足|困难)"
)
_HEADLINE = re.compile(
    ".{2,45}(?:方案|分解表?|清单|安排|打算|计划|要点|一览表|任务表|责任分工|分工表|情况表?"
    "|工作任务|重点工作|民生实事)$"
)


_TURNING = re.compile(
    ".{0,8}(?:对.{0,14}(?:工作|任务).{0,6}(?:安排|部署|谋划)|存在(?:的)?(?:主要)?问题|下一步"
    "|下半年|下阶段|回顾|工作打算|就做好)"
)


@dataclass(frozen=True)
class Stop:
    """A paragraph at which every list before it has ended."""

    start: int
    closes: bool


def stops(flow: Flow, marked: set[int]) -> list[Stop]:
    """The paragraphs that begin something new: a speaker, a formality, an annex, a headline."""
    found = []
    for start, end in flow.paragraphs:
        if start in marked:
            continue
        head = flow.letters[start : min(end, start + 60)]
        if _CLOSING.match(head):
            found.append(Stop(start, True))
        elif _SPEECH.match(head) or (end - start <= 45 and _HEADLINE.fullmatch(head)):
            found.append(Stop(start, False))
    return found


def _names_work(head: str) -> bool:
    return begins_with_verb(head) or bool(re.search("[要、，]", head))


def turns(words: str) -> bool:
    """Whether a sentence inside a paragraph begins something new."""
    return bool(_TURNING.match(words) or _CLOSING.match(words) or _SPEECH.match(words))


def head_kind(words: str, year: int | None = None) -> str:
    """What a heading announces: review, demand, goal, a container of the list, or work itself."""
    head = words[:60]
    if _REVIEW_HEAD.search(head) and not re.search("推进|加强|强化|深化|提升|防范|解决", head[:6]):
        return REVIEW
    if (
        year
        and (older := re.match(r"(\d{4})年", head))
        and int(older[1]) < year
        and len(head) < 20
        and "未" not in head
    ):
        return REVIEW
    if _DEMAND_HEAD.search(head) and len(head) < 24:
        return DEMAND
    if _ABOUT_HEAD.search(head) and len(head) < 24:
        return ABOUT
    if _GOAL_HEAD.search(head) and len(head) < 24 and not _names_work(head):
        return GOAL
    if len(head) <= 30 and (
        _CONTAINER_HEAD.match(head) or re.search("主要内容(?:和.{1,4})?$", head)
    ):
        return CONTAINER
    return WORK


def is_formal(words: str) -> bool:
    """Whether a title asks for attitude and procedure instead of naming work."""
    return bool(_FORMAL.search(words[:40]))


def leads_strongly(words: str) -> bool:
    """Whether a sentence announces the tasks themselves, whatever their words: 重点抓好以下工作."""
    return bool(_STRONG_LEAD.search(words))


def is_notice(words: str) -> bool:
    """Whether an item tells offices how to handle the matter, as a notice before an annex does."""
    return bool(_NOTICE.search(words))


def is_agenda(words: str) -> bool:
    """Whether an item is what a meeting does: hears, examines, votes, elects."""
    return bool(_AGENDA.match(words))


def is_political(words: str) -> bool:
    """Whether a demand is one of attitude and study, as it could stand in any speech."""
    return bool(_POLITICAL.search(words[:24]))


def is_about_something_else(words: str) -> bool:
    """Whether a text gives itself away as an invitation, an advertisement or an appeal."""
    return bool(_UNRELATED.search(words))


def heads_a_review(title: str) -> bool:
    """Whether a heading sums up what was achieved: 坚持稳增长，综合实力持续增强."""
    return any(is_done(clause) for clause in re.split("[，；]", title))


def is_done(words: str) -> bool:
    """Whether words tell of what was achieved."""
    return bool(_DONE.search(words) or _ACHIEVED.match(words))


def lead_kind(flow: Flow, start: int, end: int) -> tuple[str, Span | None]:
    """What the text before a list says of it, from the nearest sentence back: kind and sentence."""
    pieces = flow.cut(flow.since_turn(start, end), end, "。！？；\n")
    if pieces and _PARTS.search(flow.letters[pieces[-1][0] : pieces[-1][1]]):
        return OTHER, pieces[-1]
    is_to_come = bool(pieces) and bool(_WILL.search(flow.letters[slice(*pieces[-1])]))
    for piece in reversed(pieces[-6:]):
        words = flow.letters[piece[0] : piece[1]]
        kind = _cue(words)
        if kind:
            return "" if is_to_come and kind == REVIEW else kind, piece
        if _ASKS.match(words):
            return "", piece
    return "", (pieces[-1] if pieces else None)


_WILL = re.compile("^[^，。；：]{0,10}(?<!即)(?:将|要)$")
"""Who will do it, before the first of a row: whatever stands before it, the row is to come."""

_ASKS = re.compile(
    "(?:[^，。]{1,14}(?:强调|要求|指出|提出)[，：])?要(?:咬定|锚定|聚焦|围绕|紧扣|突出|坚持|全力|持续|扎实|加快)"
)
"""A sentence that asks for work: what was told before it, last year's review, has ended."""


def _cue(words: str) -> str:
    if _DEMAND_CUE.search(words):
        return DEMAND
    looks_back = _LOOKS_BACK.search(words) and not _TURN.search(words)
    if looks_back or _STATE.search(words) or (_PAST.match(words) and not _TURN.search(words)):
        return REVIEW
    review, plan = _last(_REVIEW_CUE, words), _last(_PLAN_CUE, words)
    return "" if max(review, plan) < 0 else REVIEW if review > plan else PLAN


def _last(pattern: re.Pattern, words: str) -> int:
    return max((match.start() for match in pattern.finditer(words)), default=-1)
