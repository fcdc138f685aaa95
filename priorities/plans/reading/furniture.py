"""What a page carries round its text: menus, dates, captions, page numbers, notes of the publisher.

Such lines are recognised by their own form, never by where they stand; they are left out before
lines are joined, so that a page number between two halves of a sentence does not part them.
"""

import re

_WHOLE = re.compile(
    r"""[-—–·•> ]*(?:
    设为首页|加入收藏|无障碍(?:阅读|浏览)?|长者(?:版|模式|专区)|关怀版|适老版|返回(?:首页|顶部
    |列表)|首页|网站地图
    |打印(?:本页|整页|内容|正文)?|分享(?:到)?|收藏|举报|复制链接|字[号体](?:.{0,12})|关闭(?:窗口
    |本页)?|保存|下载|点赞|在看
    |繁體|简体|English|登录|注册|(?:上|下)一[篇页条].*|相关(?:新闻|阅读|链接|文章|稿件|解读)
    |推荐阅读|延伸阅读|热门.{0,6}
    |扫描二维码.*|.{0,6}二维码.{0,10}|网站地图.*|关于(?:我们|本站).*|法律声明.*|隐私.{0,6}
    |主办[：].*|承办[：].*|版权所有.*|.{0,4}ICP备.*
    |评论.{0,12}|最(?:热|新)评论|还没有评论.*|已有.{0,4}人参与.*|扫一扫.*|微信扫.*|长按.*(?:关注
    |识别).*
    |[（]?此件(?:公开|主动公开|依申请).*|政府信息公开|信息公开|综合政务|有效|(?:当前|您的|你的
    |所在)位置.*|首页\s*[>》/].*
    |点击(?:查看|进入|关注|上方|蓝字).*|阅读(?:原文|量.*|次数.*)|\d+\s*(?:次|人|浏览|阅读|阅)
    |约\s*[\d.]+\s*千?字|约\s*\d+\s*页
    |[\w./:=-]*\.(?:png|jpe?g|gif|bmp|webp|svg|mp4)|(?:https?：?:?//|www\.)\S+
    |.{2,60}(?:\.{4,}|…{2,}|·{4,}|。{4,})\s*\d{0,3}|.{2,60}[^\d\s.][.·…]{1,3}\s?\d{1,3}|第\s*\d+\s*页.*|(?<=[•·]\s)\d+|\d+\s*/\s*\d+
    |[-—–]+\s*\d{1,4}\s*[-—–]*|\d{1,4}\s*[-—–]+
    |\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?:\s+\d{1,2}：\d{2}(?:：\d{2})?)?(?:\s*(?:来源|作者|编辑
    |发布|信息).*)?
    |\d{1,2}：\d{2}(?:：\d{2})?
    )[-—–·• |]*""",
    re.X,
)

_BEGINNING = re.compile(
    r"""[（\[]?\s*(?:
    (?:文章|信息|新闻|内容|稿件|图片)?(?:来源|作者)|(?:发布|发表|更新|上传|成文|生成|发文)?(?:时间
    |日期)|发布于|发布(?:机构|单位|者)?
    |(?:责任|执行|值班|美术|本期|新媒体)?编辑|责编|校对|审核|审稿|审签|签发|录入|排版|审校|终审|监制|初审|复审|(?:二|三
    |一)审|统筹|主编|撰稿|供稿|通讯员|记者|供图|配图|摄影|图片|图/文|文/图|图文|制图
    |(?:浏览|点击|阅读|访问)(?:次数|数|量|人次)?|关键词|标签|分类|栏目|主题分类|组配分类|体裁分类
    |索\s*引\s*号|文\s*号|信息名称|名\s*称
    |内容概览|在线链接地址|文件下载|生效日期|废止日期|有效性|字号|主办(?:单位)?|承办|版权所有
    |Copyright|ICP备|京ICP|网站标识码|联系(?:电话|我们)
    |特别声明|免责声明|声明|Notice|版权声明|投诉电话|新闻热线|客服
    )\s*(?:人|员|者)?\s*(?:[：|]|(?<=声明)|(?<=Copyright)|(?<=发布于))""",
    re.X,
)

_CAPTION = re.compile(r"(?:图为|图：|上图|下图|▲|△|资料图|\(图|（图|视频加载|点击播放)")


def is_furniture(line: str) -> bool:
    """Whether a line (folded, stripped) belongs to the page and not to the text.

    Long lines are text even where they begin as a caption does.
    """
    if len(line) > 160:
        return line[:12].startswith(("特别声明", "免责声明", "Notice", "声明："))
    if _WHOLE.fullmatch(line):
        return True
    return len(line) <= 120 and bool(_BEGINNING.match(line) or _CAPTION.match(line))
