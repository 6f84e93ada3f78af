"""What a review complains about: labelled sentences, exact cases, facts, and real reviews."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.kind import kind
from fanpan.functions.rules import Rules
from fanpan.functions.values import KINDS

# Written for these tests. The words of the lexicon were tuned on the first table only.
DEVELOPMENT: dict[str, list[str]] = {
    "logistics": [
        "等了整整九天才收到，物流信息三天没动过",
        "快递太慢了，同城都要四天",
        "显示已签收，可是我根本没收到包裹",
        "拍下一个礼拜还不发货，催了三次",
        "快递员把东西扔在楼下就走了，打电话也不接",
        "衣服很喜欢，就是快递实在太慢",
        "说好48小时发货，结果第五天才发出",
        "送餐超时一个半小时，饭全凉了",
        "物流停在中转站不动，生日礼物都过了日子",
        "The parcel arrived two weeks late and tracking never moved",
        "Delivery took forever, still waiting for my order",
    ],
    "quality": [
        "穿了两次鞋底就开胶了",
        "质量太差，线头到处都是",
        "洗了一水严重掉色，白衬衫都染红了",
        "充电宝用了几天就充不进电",
        "快递很快但是质量差",
        "客服态度很好，可是锅用一周就生锈",
        "味道刺鼻，晾了三天还有一股胶水味",
        "手机发烫厉害，玩十分钟就卡顿死机",
        "鸡腿没熟，里面还带血",
        "包装挺好，打开一看做工粗糙",
        "It stopped working after three days",
        "Poor quality, the seams came apart",
    ],
    "wrong_item": [
        "我买的黑色给我发成白色",
        "少了一个充电头，盒子里只有线",
        "买三送一的赠品没有给我",
        "尺码发错了，要42给我41",
        "发错货了，根本不是我买的型号",
        "套装里缺了两个螺丝，装不起来",
        "点的牛肉面送来鸡肉面，送错了",
        "说好两件，拆开只有一件，漏发",
        "They sent the wrong item, I ordered blue and got red",
        "One piece is missing from the set",
    ],
    "damage": [
        "收到时玻璃杯碎了两个",
        "箱子压扁了，里面的盒子也破损",
        "洗发水漏液，洒得到处都是",
        "外包装被拆开过，封条都没有了",
        "屏幕上有一道划痕，一看就是路上磕的",
        "鸡蛋全碎，汤汁流了一箱",
        "质量应该还可以，但是运输途中摔坏了一角",
        "纸箱湿透了，书都泡湿了",
        "The box was crushed and the vase broken",
        "Arrived damaged, the lid was cracked",
    ],
    "mismatch": [
        "实物和图片完全不一样，色差太大",
        "尺码偏小，按平时的码买根本穿不进去",
        "页面写纯棉，收到是化纤，虚假宣传",
        "怀疑是假货，和专柜的标签不一致",
        "描述说是全新，明显是翻新机",
        "货不对板，图片上是加厚的，收到薄薄一层",
        "说是正品，扫码查不到，明显是仿品",
        "跟描述不符，宣传的功能一个都没有",
        "Not as described, the colour is totally different from the photo",
        "This is a fake, not the genuine brand",
    ],
    "service": [
        "客服爱答不理，问三句回一句",
        "售后一直推脱，让我找快递，快递又让我找卖家",
        "态度恶劣，说两句就骂人",
        "申请退货半个月了没人处理，客服联系不上",
        "东西没问题，就是客服态度太差",
        "卖家承诺的发票到现在不给开，消息已读不回",
        "服务员脸色难看，叫了半天没人理",
        "机器人回复来回绕，根本不解决问题",
        "Customer service ignored me for a week, so rude",
        "No response from the seller at all",
    ],
    "price": [
        "刚买完就降价五十，还不给保价",
        "质量没得说，就是贵了点",
        "这个价格太贵了，超市只要一半",
        "先涨后降，双十一反而更贵",
        "性价比不高，同样的东西别家便宜二十",
        "优惠券用不了，结账时多收了我八块",
        "不值这个价，买亏了",
        "Way too expensive for what it is",
        "Overpriced, I found it cheaper elsewhere",
    ],
    "malicious": [
        "不给钱就给差评，看着办吧",
        "想让我删差评，红包就改",
        "加我微信买，比这家便宜",
        "要么退款要么我让你店开不下去",
        "同行的店更好，来我家买",
    ],
    "": [
        "非常满意，会再来",
        "质量很好，物流也快，好评",
        "快递神速，包装完好无损",
        "没有色差，尺码正好",
        "不贵，性价比高",
        "一点都不掉色，穿着舒服",
        "客服耐心热情，赞",
        "用了半年没坏，值得推荐",
        "Great quality and fast shipping",
    ],
}
HELD_OUT: dict[str, list[str]] = {
    "logistics": [
        "下单十二天了物流还停在发货地",
        "派送员不送上门，非让我自己去驿站拿",
        "说今天到今天到，拖了一个星期才送到",
        "包裹丢件了，现在也没个说法",
        "东西不错，但是发货慢得离谱",
        "骑手迟到四十分钟，菜都凉了",
        "虚假发货，单号填了五天没有揽收记录",
        "明明在家，快递却显示无人签收退回去了",
        "催了好几遍才发货，耽误我用",
        "Shipping was delayed three times",
        "My order never arrived",
    ],
    "quality": [
        "第一次穿拉链就坏了",
        "毛衣起球严重，像穿了好几年",
        "杯子倒进热水就漏水",
        "耳机左边没声音，买了不到一个月",
        "饼干过期两个月还在卖",
        "面料又硬又扎人，孩子穿了过敏",
        "物流很给力，可惜电池不耐用，半天就没电",
        "炒饭太咸，根本没法吃",
        "不是快递的问题，是东西本身质量不行",
        "遥控失灵，按十下才有一下反应",
        "The zipper broke on the first day",
        "Terrible material, it fell apart after one wash",
    ],
    "wrong_item": [
        "颜色发错了，懒得退",
        "配件少发一个，联系后才补",
        "明明拍的大号，送来一个小号",
        "说好送杯子，赠品都没见到",
        "发来的不是我订的那款",
        "点了五个菜只送四个，漏了一份汤",
        "数量不对，买十包只有八包",
        "给我寄成别人的货了",
        "Wrong size sent, I asked for M",
        "The charger was missing",
    ],
    "damage": [
        "打开盒子瓶子已经碎了，一地玻璃",
        "快递暴力运输，家具磕掉一块漆",
        "送到时箱子都烂了，东西露在外面",
        "汤洒了一半，袋子里全是油",
        "奶粉罐凹进去一大块",
        "快递速度可以，不过里面压坏了两盒",
        "面膜挤压爆开，精华全漏了",
        "镜子收到就是裂的，包装太简单",
        "Came broken, the packaging was useless",
        "The screen was damaged in transit",
    ],
    "mismatch": [
        "照片拍得好看，实物根本不是一个东西",
        "衣服偏大很多，尺码表不准",
        "标注500克，称了只有380克",
        "颜色跟图片差太多，深了好几个色号",
        "商家冒充官方旗舰店，卖的是山寨",
        "二手的当新的卖，上面还有使用痕迹",
        "材质跟详情页写的不一样",
        "宣传说静音，其实吵得睡不着",
        "It looks nothing like the picture",
        "Described as leather but it is plastic",
    ],
    "service": [
        "问客服问题半天不回复",
        "老板态度很差，退个货跟求他一样",
        "卖家推卸责任，不给退款",
        "售后形同虚设，打电话没人接",
        "产品挺好的，但是客服不耐烦",
        "答应补发的一直拖着，再问就不理人了",
        "服务太差，点餐等了半小时没人管",
        "客服只会复制粘贴，敷衍了事",
        "The seller was rude and refused a refund",
        "Terrible service, nobody answers",
    ],
    "price": [
        "买完第二天就便宜了三十，心里不舒服",
        "东西还行，就是价格偏贵",
        "老客户比新客户贵，杀熟",
        "要求退差价，说过了时间不退差价",
        "运费贵得离谱，比东西还贵",
        "比实体店贵，网购图啥",
        "量少价高，性价比太低",
        "It is overpriced",
        "Too expensive compared with other shops",
    ],
    "malicious": [
        "给我钱我就把评价改了",
        "不赔就天天来刷你差评",
        "五十块私了，否则差评伺候",
        "他家不行，我们店更好，加我微信买",
        "不退款就差评，截图发网上",
    ],
    "": [
        "宝贝收到了，很喜欢",
        "发货快，质量也不错，满意",
        "没有异味，做工精细",
        "价格实惠，客服回复及时",
        "和描述一样，没有破损",
        "物流不慢，第二天就到了",
        "从来没有发错过，老顾客了",
        "孩子很喜欢吃，新鲜",
        "Love it, excellent quality",
    ],
}


def misses(table: dict[str, list[str]]) -> list[tuple[str, str, str | None]]:
    """Sentences read otherwise than labelled; "" is a review without a complaint."""
    return [
        (text, label, found)
        for label, texts in table.items()
        for text in texts
        if (found := kind(text)) != (label or None)
    ]


@pytest.mark.parametrize(
    ("table", "least"),
    [(DEVELOPMENT, 0.95), (HELD_OUT, 0.80)],
    ids=["development", "held out"],
)
def test_accuracy(table: dict[str, list[str]], least: float) -> None:
    wrong = misses(table)
    count = sum(map(len, table.values()))
    assert len(wrong) <= count * (1 - least), wrong


def test_the_tables_are_large_and_apart() -> None:
    tables = (DEVELOPMENT, HELD_OUT)
    sets = [[text for texts in table.values() for text in texts] for table in tables]
    assert min(map(len, sets)) >= 80
    assert len({*sets[0], *sets[1]}) == len(sets[0]) + len(sets[1])
    for table in tables:
        assert set(table) == {*KINDS.ids, ""} - {"other"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What comes after a contrast counts.
        ("快递很快但是质量差", "quality"),
        ("质量很好，但是快递太慢", "logistics"),
        ("东西好看，不过客服态度差", "service"),
        ("物流给力，可惜杯子碎了", "damage"),
        ("客服热情，可是给我发错颜色", "wrong_item"),
        ("质量没得说，就是贵了点", "price"),
        ("Nice colour but it broke after a day", "quality"),
        # A negated complaint is none.
        ("不是质量问题，是快递太慢", "logistics"),
        ("没有破损，就是太贵", "price"),
        ("不是快递慢，是质量差", "quality"),
        ("没有发错，没有漏发，满意", None),
        ("不掉色，不起球，很舒服", None),
        ("一点都不贵，很好", None),
        # Praise of a thing is no complaint about it.
        ("快递员很好，服务也好", None),
        ("质量好，价格实惠", None),
        ("没发现问题，很满意", None),
        # A negator does not reach over a comma.
        ("没说的，质量差", "quality"),
        # What is fine does not hide what is not.
        ("不掉色不起球，就是尺码偏小", "mismatch"),
        ("包装没破，快递也不慢，可机器开不了机", "quality"),
        ("不是不好，就是贵", "price"),
        ("不太好用，总卡", "quality"),
        # What is not bad is good, and so is what was only feared.
        ("没有问题", None),
        ("一点问题都没有", None),
        ("太好吃了", None),
        ("没有色差也没有异味", None),
        ("本以为会破损，打开完好无损", None),
        # Whoever tells of pressure by the seller does not press.
        ("客服打电话让我删差评，烦死了", "service"),
    ],
)
def test_contrast_and_negation(text: str, expected: str | None) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Two words with a little text between them complain together.
        ("拍的是黑色，发来一双白的", "wrong_item"),
        ("图片上是加绒的，收到是单的", "mismatch"),
        ("说好48小时发货，三天后才发出", "logistics"),
        ("用了两天就不亮了", "quality"),
        ("刚买第二天就降了二十", "price"),
        ("要么免单要么差评，你自己选", "malicious"),
        # Not beyond the sentence, a contrast or a negator, nor far away.
        ("拍的是黑色。发来一双白的", "other"),
        ("拍的是黑色，但是发来一双白的", "other"),
        ("拍的是黑色，这么多年来一直都在这家店里买，发来一双白的", "other"),
        ("用了两天没坏了", "other"),
    ],
)
def test_words_apart(text: str, expected: str) -> None:
    assert kind(text, 1) == expected


def test_a_team_adds_words_apart() -> None:
    own = Rules.build([["words.wrong_item", "要白的…来黑的:4 …:3 大号…"]])
    assert not own.problems
    assert kind("我要白的，你们来黑的", 1) == "other"
    assert kind("我要白的，你们来黑的", 1, None, own) == "wrong_item"
    assert kind("……", 1, None, own) == "other"
    assert kind("大号", 1, None, own) == "other"


@pytest.mark.parametrize(
    ("text", "stars", "late_hours", "expected"),
    [
        ("质量差", 1, None, "quality"),
        ("质量差", 1, 0, "quality"),
        ("质量差", 1, 23.9, "quality"),  # not really late yet
        ("质量差", 1, 24, "logistics"),
        ("质量差，客服态度差", 2, 100, "logistics"),
        ("东西一般", 2, 72, "logistics"),
        ("", 1, 72, "logistics"),
        ("非常满意", None, None, None),
        ("非常满意", 1, None, "other"),  # the stars complain, the words do not
        ("孩子每天都在用", 5, None, None),  # the stars praise
        ("孩子每天都在用", None, None, "other"),
        ("……", 1, None, "other"),
        ("", 1, None, "other"),
        ("", 5, None, None),
        ("", None, None, None),
    ],
)
def test_facts_count(
    text: str, stars: float | None, late_hours: float | None, expected: str | None
) -> None:
    assert kind(text, stars, late_hours) == expected


def test_a_team_adds_words() -> None:
    own = Rules.build([["words.damage", "磕碰:5 掉漆"], ["kind.late_hours", 48]])
    assert kind("有磕碰", 1) == "damage"
    assert kind("到手掉漆", 1, None, own) == "damage"
    assert kind("质量差", 1, 30, own) == "quality"
    assert kind("质量差", 1, 30) == "logistics"


@pytest.mark.parametrize(
    ("text", "late_hours", "why", "sure"),
    [
        ("快递很快但是质量差", None, "质量差", "high"),
        ("质量差", 72, "晚到72小时", "high"),
        ("……", None, None, "low"),
        ("有点薄", None, "薄", "low"),
        ("售后像我欠他钱似的", None, "售后", "low"),  # with bad stars a topic alone will do
    ],
)
def test_the_reasons(text: str, late_hours: float | None, why: str | None, sure: str) -> None:
    row = REGISTRY["KIND_WHY"].call(text, 1, late_hours)
    assert row.sure == sure
    assert row.kind == kind(text, 1, late_hours)
    assert (row.why is None) if why is None else row.why.startswith(why + "+")


# Reviews of real buyers: what share gets a kind.


def rows(path: Path, encoding: str = "utf-8-sig") -> Iterator[dict[str, Any]]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file)


def share(texts: list[str], stars: float | None = None) -> float:
    found = [kind(text, stars) for text in texts]
    assert found == [kind(text, stars) for text in texts]
    assert set(found) <= {*KINDS.ids, None}
    return sum(each not in {"other", None} for each in found) / len(found)


def test_real_delivery_reviews(shared: Path) -> None:
    reviews = list(rows(shared / "data" / "waimai_10k.csv"))
    bad = [row["review"] for row in reviews if row["label"] == "0"]
    good = [row["review"] for row in reviews if row["label"] == "1"]
    assert (len(bad), len(good)) == (7987, 4000)
    assert share(bad) >= 0.69  # measured 0.71; 0.66 before words apart were read
    assert share(bad, 1) >= 0.75  # measured 0.77
    assert share(good) <= 0.22  # measured 0.21; good reviews complain too


def test_real_restaurant_reviews(shared: Path) -> None:
    found = [
        row["reviewbody"]
        for part in ("train", "dev", "test")
        for row in rows(shared / "data" / f"asap_{part}_sample.csv")
        if float(row["star"]) <= 2
    ]
    assert len(found) == 26
    assert share(found, 1) >= 0.85


def test_a_verdict_does_not_depend_on_what_was_read_before(shared: Path) -> None:
    texts = [row["review"] for row in rows(shared / "data" / "waimai_10k.csv")][:300]
    forwards = [REGISTRY["KIND_WHY"].call(text, 1) for text in texts]
    backwards = [REGISTRY["KIND_WHY"].call(text, 1) for text in reversed(texts)]
    assert forwards == backwards[::-1]
