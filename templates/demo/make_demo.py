"""Make the demo exports: one shop on four platforms, with the damage that real exports have.

Everything is made up. The same seed gives the same files; `python templates/demo/make_demo.py`
writes them beside this script. The story: a batch of grey charging-type heating blankets goes wrong
in the last week, and one carrier falls behind after 11-11.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20261122
END = datetime(2026, 11, 22, 23, 59)
FOLDER = Path(__file__).resolve().parent
CARRIERS = ("中通快递", "圆通速递", "韵达快递", "顺丰速运")
LATE_CARRIER = "韵达快递"
HOT_SKU = "灰色 1.5米 暖风款"
PRODUCTS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("云感电热毯 双人双控", (HOT_SKU, "米白 1.8米 暖风款", "灰色 1.8米 标准款"), 239.0),
    ("水洗棉四件套", ("雾蓝 1.5米", "奶杏 1.8米", "浅灰 2.0米"), 168.0),
    ("羽丝绒冬被", ("6斤 200×230", "8斤 220×240"), 299.0),
    ("桌面加湿器 静音款", ("象牙白", "抹茶绿"), 89.0),
    ("珊瑚绒毛毯", ("奶咖 150×200", "酒红 200×230"), 59.0),
    ("记忆棉护颈枕", ("单只", "一对装"), 79.0),
    ("暖脚宝 充电款", ("粉色", "灰色"), 45.9),
    ("全屋遮光窗帘", ("1.5×2.6米", "2.0×2.6米", "3.5×2.7米"), 355.0),
)
GOOD = (
    "很暖和，做工不错，已经推荐给同事了",
    "物流很快，包装完好，颜色和图片一样",
    "摸起来很舒服，老人很喜欢",
    "客服耐心，回复及时，好评",
    "第二次买了，质量一如既往",
    "性价比高，冬天必备",
    "尺寸正好，没有异味",
    "声音很小，晚上用很安静",
    "发货快，第二天就到了",
    "面料柔软，洗了不掉色",
    "一分价钱一分货，满意",
    "送货上门，快递小哥很热情",
)
BAD: dict[str, tuple[str, ...]] = {
    "logistics": (
        "等了一个多星期才到，催了三次都没用",
        "物流太慢了，显示已揽收之后五天没更新",
        "双十一下的单，迟迟不发货，问就是在路上",
        "快递放驿站也不打电话，不送上门",
        "说好48小时发货，第四天才发货，延误这么久",
        "包裹一直停在中转站不动，客户等着用",
        "没收到货就显示签收，快递员电话打不通",
        "发货慢，配送慢，天都不冷了才收到",
        "丢件了，让我自己联系快递",
        "虚假发货，单号三天没有轨迹",
    ),
    "quality": (
        "用了两天就坏了，开关没反应",
        "电热毯一边热一边不热，质量差",
        "洗一次就起球掉色，做工粗糙",
        "加湿器漏水，桌面都湿了",
        "被子跑绒严重，一身都是毛",
        "有股刺鼻的异味，晾了三天还是难闻",
        "线头特别多，第二天就开线了",
        "充不进电，按了没反应，质量问题",
        "用着用着就发烫，不敢用了，有安全隐患",
        "枕头睡了一周就变形，不耐用",
        "插上电就跳闸，怀疑漏电",
        "拉链坏了，用料很差",
    ),
    "wrong_item": (
        "发错颜色了，要的灰色来了粉色",
        "少发了一个枕套，联系也没补",
        "买的1.8米发来1.5米的",
        "赠品没有，说好的送收纳袋",
        "型号不对，和我拍的完全不是一个",
        "漏发了一件，只收到毛毯",
        "一对装只来了一只",
    ),
    "damage": (
        "收到的时候盒子压扁了，里面摔坏了",
        "包装破损，被子上有污渍",
        "加湿器水箱碎了，运输太暴力",
        "外箱湿了，四件套都潮了",
        "开箱就是裂的，快递挤压的吧",
        "打开一看玻璃罩碎成渣",
    ),
    "mismatch": (
        "颜色和图片差太多，色差大",
        "详情页写加厚，收到很薄，描述不符",
        "尺码偏小，1.5米的床盖不住",
        "说是纯棉，摸起来像化纤，虚假宣传",
        "实物和图片不一样，照骗",
        "重量不对，6斤的被子称了才5斤",
    ),
    "service": (
        "客服态度差，爱理不理",
        "问了半天都是自动回复，没人理",
        "售后推卸责任，一直拖着不处理",
        "申请退货客服各种敷衍，不耐烦",
        "客服说话很冲，还骂人",
        "联系客服两天不回复，服务太差",
    ),
    "price": (
        "刚买完就降价三十，不给保价",
        "价格虚高，性价比低，不值这个价",
        "双十一买的比平时还贵，先涨后降",
        "券用不了，客服说过期了，太贵",
        "别家便宜一半，买贵了",
        "运费太贵，退货还要自己出",
    ),
    "malicious": (
        "给我转50，不给钱就再给你打十个差评",
        "要么退款不退货，不然差评天天发，让你店开不下去",
        "都别买，同行那家店比他好，加我微信买便宜",
        "给我红包就改好评，不然差评到底",
    ),
    "other": ("……", "不想说了", "一般般吧，没有想象中的好", "凑合", "给个提醒"),
}
TAILS = (
    "",
    "",
    "",
    "，很失望",
    "，不会再买了",
    "，希望商家改进",
    "，大家谨慎购买",
    "，太让人生气了",
    "，请尽快给个说法",
    "，差评",
    "。卖家看到请联系我",
    "，老人等着用呢",
)
FOLLOW_UPS = (
    "用了一个月又坏了，质量太差",
    "处理得很快，给我换了新的，满意",
    "客服一直没联系我，失望",
    "后来补发了，现在挺好的",
)


@dataclass
class Order:
    platform: str
    number: str
    line: str
    buyer: str
    product: str
    sku: str
    quantity: int
    paid: float
    ordered: datetime
    shipped: datetime | None
    arrived: datetime | None
    carrier: str
    tracking: str
    status: str
    refund: float = 0.0
    siblings: list[Order] = field(default_factory=list["Order"])


def make_orders(rng: random.Random) -> list[Order]:
    """About 1,500 order lines over thirteen weeks."""
    shares = (("taobao", 620), ("douyin", 420), ("jd", 240), ("pdd", 220))
    orders: list[Order] = []
    for platform, count in shares:
        buyers = [
            f"{rng.choice('abcdefghjkmnpqrstwxyz')}**{rng.randrange(100, 99999)}"
            for _ in range(count * 2 // 3)
        ]
        serial = {
            "taobao": 3_310_000_000_000_000_000,
            "douyin": 6_917_000_000_000_000_000,
            "jd": 301_000_000_000,
            "pdd": 0,
        }[platform]
        while sum(order.platform == platform for order in orders) < count:
            days = min(90.0, rng.expovariate(1 / 32)) if rng.random() < 0.7 else rng.uniform(0, 90)
            ordered = END - timedelta(days=days + 4, minutes=rng.randrange(1440))
            serial += rng.randrange(1_000_000, 9_000_000)
            number = (
                f"{ordered:%y%m%d}-{rng.randrange(10**14, 10**15)}"
                if platform == "pdd"
                else str(serial)
            )
            lines = 1 if platform == "pdd" else rng.choices((1, 2, 3), (88, 10, 2))[0]
            group: list[Order] = []
            for index in range(lines):
                product, skus, price = rng.choices(PRODUCTS, (20, 16, 12, 12, 14, 10, 10, 6))[0]
                orders.append(
                    _order(
                        rng,
                        platform,
                        number,
                        index,
                        rng.choice(buyers) if not group else group[0].buyer,
                        product,
                        rng.choice(skus),
                        price,
                        ordered,
                    )
                )
                group.append(orders[-1])
            for order in group:
                order.siblings = group
    return orders


def _state(
    dice: float, sent: datetime, came: datetime
) -> tuple[str, datetime | None, datetime | None]:
    if dice < 0.05:
        return ("unpaid" if dice < 0.02 else "closed"), None, None
    return ("shipped", sent, None) if came > END else ("done", sent, came)


def _order(
    rng: random.Random,
    platform: str,
    number: str,
    index: int,
    buyer: str,
    product: str,
    sku: str,
    price: float,
    ordered: datetime,
) -> Order:
    quantity = rng.choices((1, 2, 3), (85, 12, 3))[0]
    paid = round(price * quantity * rng.choice((1, 1, 0.95, 0.9)), 2)
    carrier = rng.choices(CARRIERS, (35, 30, 25, 10))[0]
    sent = ordered + timedelta(hours=rng.uniform(3, 44))
    slow = carrier == LATE_CARRIER and ordered >= datetime(2026, 11, 9)
    came = sent + timedelta(hours=rng.uniform(90, 210) if slow else rng.uniform(20, 80))
    status, shipped, arrived = _state(rng.random(), sent, came)
    line = number if index == 0 else str(int(number) + index) if number.isdigit() else number
    tracking = {"中通快递": "78", "圆通速递": "YT", "韵达快递": "43", "顺丰速运": "SF"}[
        carrier
    ] + str(rng.randrange(10**11, 10**12))
    return Order(
        platform,
        number,
        line,
        buyer,
        product,
        sku,
        quantity,
        paid,
        ordered,
        shipped,
        arrived,
        carrier,
        tracking,
        status,
        paid if status == "closed" else 0.0,
    )


@dataclass
class Review:
    order: Order
    stars: int
    text: str
    posted: datetime
    follow_up: str = ""
    follow_up_days: int = 0


def make_reviews(rng: random.Random, orders: Sequence[Order]) -> list[Review]:
    """About 300 reviews, half of them bad, with the story in the last two weeks."""
    done = [
        order
        for order in orders
        if order.arrived is not None and order.arrived < END - timedelta(hours=8)
    ]
    recent = [
        order
        for order in done
        if order.arrived is not None and order.arrived > END - timedelta(days=52)
    ]
    rng.shuffle(recent)
    hot = [
        order
        for order in recent
        if order.sku == HOT_SKU
        and order.arrived is not None
        and order.arrived > datetime(2026, 11, 12)
    ]
    late = [
        order
        for order in recent
        if order.carrier == LATE_CARRIER and order.ordered >= datetime(2026, 11, 9)
    ]
    reviews: list[Review] = []
    used: set[int] = set()
    spoken: dict[str, int] = {}

    def add(order: Order, kind: str | None, last_week: bool = False) -> None:
        if id(order) in used or order.arrived is None:
            return
        used.add(id(order))
        posted = order.arrived + timedelta(hours=rng.uniform(3, 60))
        if last_week:
            posted = max(posted, datetime(2026, 11, 16) + timedelta(hours=rng.uniform(8, 150)))
        posted = min(posted, END - timedelta(minutes=rng.randrange(20, 900)))
        if kind is None:
            reviews.append(
                Review(
                    order,
                    rng.choice((5, 5, 5, 4)),
                    rng.choice(GOOD) if rng.random() < 0.8 else "",
                    posted,
                )
            )
            return
        words = BAD[kind]
        at = spoken.get(kind, rng.randrange(len(words)))
        spoken[kind] = at + 1
        text = words[at % len(words)] + (
            rng.choice(TAILS) if kind not in {"malicious", "other"} else ""
        )
        if rng.random() < 0.12 and kind in {"quality", "mismatch", "price"}:
            text = "快递很快，但是" + text
        review = Review(order, rng.choices((1, 2, 3), (55, 25, 20))[0], text, posted)
        if rng.random() < 0.08:
            review.follow_up, review.follow_up_days = rng.choice(FOLLOW_UPS), rng.randrange(3, 20)
        reviews.append(review)

    for order in hot[:16]:
        add(order, "quality", last_week=True)
    for order in late[:22]:
        add(order, "logistics", last_week=rng.random() < 0.6)
    kinds = (
        "quality",
        "logistics",
        "wrong_item",
        "damage",
        "mismatch",
        "service",
        "price",
        "malicious",
        "other",
    )
    for order in recent:
        if len(reviews) >= 300:
            break
        bad = rng.random() < 0.42
        add(order, rng.choices(kinds, (24, 16, 12, 12, 12, 10, 8, 3, 3))[0] if bad else None)
    reviews.sort(key=lambda review: review.posted)
    return reviews


def write(
    name: str, encoding: str, header: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """One CSV file with Windows line ends, as shops' back offices write them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    (FOLDER / name).write_bytes(text.getvalue().encode(encoding))


def _at(moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return "" if moment is None else moment.strftime(form)


def _unpadded(moment: datetime | None) -> str:
    return (
        ""
        if moment is None
        else f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02}"
    )


def write_taobao(orders: Sequence[Order], reviews: Sequence[Review]) -> None:
    """Orders as the GBK export (two headers end in a blank), reviews as scraped: sentiment, no stars."""
    status = {
        "done": "交易成功",
        "shipped": "卖家已发货，等待买家确认",
        "unpaid": "等待买家付款",
        "closed": "交易关闭",
    }
    write(
        "淘宝订单.csv", "gb18030",
        ("订单编号", "子订单编号", "买家会员名", "买家实际支付金额", "订单状态", "收货地址 ", "订单创建时间", "订单付款时间 ", "宝贝标题", "商品规格", "宝贝总数量", "发货时间", "确认收货时间", "承诺送达时间", "物流单号", "物流公司", "退款金额"),
        [
            (f'="{o.number}"', f"'{o.line}", o.buyer, f"{o.paid:.2f}", status[o.status], "浙江省杭州市***", _unpadded(o.ordered), "" if o.status == "unpaid" else _unpadded(o.ordered + timedelta(minutes=2)), o.product, o.sku, o.quantity, _at(o.shipped), _at(o.arrived), _at(o.ordered + timedelta(days=5)), o.tracking if o.shipped else "", o.carrier if o.shipped else "", f"{o.refund:.2f}" if o.refund else "-")
            for o in orders
        ],
    )  # fmt: skip
    mood = {1: "负面评价", 2: "负面评价", 3: "中性"}
    code = {1: 13, 2: 13, 3: 12}
    rows: list[tuple[object, ...]] = []
    header = (
        "评价ID",
        "评价内容",
        "评价情感码",
        "评价情感描述",
        "评价时间(毫秒时间戳)",
        "追评内容",
        "追评距收货天数",
        "买家昵称(w**)",
        "订单ID(19位)",
        "子订单号",
        "商品标题",
        "商品规格",
    )
    for index, review in enumerate(reviews):
        number = f"{1_290_000_000_000 + index * 7919}"
        if index == 17:
            number = "1.29E+12"
        stamp = int(
            (review.posted - datetime(1970, 1, 1) - timedelta(hours=8)).total_seconds() * 1000
        )
        text = review.text or "此用户没有填写评论!"
        if index == 5:
            text = "=1+1 这质量，" + text
        rows.append(
            (
                number,
                text,
                code.get(review.stars, 11),
                mood.get(review.stars, "正面"),
                stamp,
                review.follow_up,
                f"收货后{review.follow_up_days}天" if review.follow_up else "",
                review.order.buyer[:1] + "**",
                review.order.number,
                review.order.line,
                review.order.product,
                review.order.sku,
            )
        )
        if index == 60:
            rows.append(header)
    write("淘宝评价.csv", "utf-8-sig", header, rows)


def write_douyin(orders: Sequence[Order], reviews: Sequence[Review]) -> None:
    """Ids with a tab inside the quotes, "-" for blank, several sub-orders in one row."""
    status = {"done": "已完成", "shipped": "已发货", "unpaid": "待付款", "closed": "已关闭"}
    rows: list[tuple[object, ...]] = []
    written: set[str] = set()
    for o in orders:
        if o.number in written:
            continue
        written.add(o.number)
        join = [*o.siblings]
        total = sum(s.paid for s in join)
        rows.append(
            (f"\t{o.number}", ";".join(f"\t{s.line}" for s in join), ";".join(s.product for s in join), ";".join(s.sku for s in join), ";".join(str(s.quantity) for s in join), ";".join(f"{s.paid:.2f}" for s in join), f"{total:.2f}", "##密文", "$$密文", _at(o.ordered), _at(o.shipped) or "-", _at(o.arrived) or "-", status[o.status], "-" if o.status != "closed" else "退款成功", o.carrier if o.shipped else "-", f"\t{o.tracking}" if o.shipped else "-", _at(o.ordered + timedelta(hours=48)), _at(o.ordered + timedelta(days=5)), o.buyer)
        )  # fmt: skip
    write(
        f"{int((END - timedelta(hours=8) - datetime(1970, 1, 1)).total_seconds())}抖店订单.csv", "utf-8-sig",
        ("主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "实付金额", "订单应付金额", "收件人", "收件人手机号", "订单提交时间", "发货时间", "订单完成时间", "订单状态", "售后状态", "快递公司", "快递单号", "承诺发货时间", "承诺送达时间", "买家ID"),
        rows,
    )  # fmt: skip
    write(
        "抖店评价.csv", "utf-8-sig",
        ("评价ID", "主订单编号", "子订单编号", "商品名称", "商品规格", "评分", "评价内容", "评价时间", "追评", "追评时间", "用户昵称", "买家ID"),
        [
            (f"\t{7_300_000_000_000_000_000 + index * 104_729}", f"\t{r.order.number}", f"\t{r.order.line}", r.order.product, r.order.sku, f"{r.stars}", r.text or "-", _unpadded(r.posted), r.follow_up or "-", _unpadded(r.posted + timedelta(days=r.follow_up_days)) if r.follow_up else "-", r.order.buyer[:1] + "***", r.order.buyer)
            for index, r in enumerate(reviews)
        ],
    )  # fmt: skip


def write_jd(orders: Sequence[Order], reviews: Sequence[Review]) -> None:
    """One row per SKU with the order's amount repeated, phones masked by the platform."""
    status = {"done": "完成", "shipped": "等待确认收货", "unpaid": "等待付款", "closed": "已取消"}
    write(
        "京东订单.csv", "gb18030",
        ("订单号", "商品名称", "货号", "订购数量", "下单时间", "京东价", "应付金额", "订单状态", "下单帐号", "客户姓名", "联系电话", "付款确认时间", "发货时间", "订单完成时间", "承诺送达时间", "物流公司", "物流单号"),
        [
            (o.number, o.product, o.sku, o.quantity, _at(o.ordered), f"{o.paid / o.quantity:.2f}", f"{sum(s.paid for s in o.siblings):.2f}", status[o.status], o.buyer, "王**", "1******6198", _at(o.ordered), _at(o.shipped), _at(o.arrived), _at(o.ordered + timedelta(days=4)), o.carrier if o.shipped else "", o.tracking if o.shipped else "")
            for o in orders
        ],
    )  # fmt: skip
    write(
        "京东评价.csv", "gb18030",
        ("评论ID", "订单号", "商品名称", "规格", "评论星级", "评论内容", "评论时间", "昵称", "客户ID"),
        [
            (f"J{880_000_000 + index * 613}", r.order.number, r.order.product, r.order.sku, f"{r.stars}星", r.text or "此用户没有填写评论!", _unpadded(r.posted), r.order.buyer[:1] + "***3", r.order.buyer)
            for index, r in enumerate(reviews)
        ],
    )  # fmt: skip


def write_pdd(orders: Sequence[Order], reviews: Sequence[Review]) -> None:
    """Empty times hold a tab."""
    status = {
        "done": "已签收",
        "shipped": "已发货，待签收",
        "unpaid": "待支付",
        "closed": "已取消，退款成功",
    }
    write(
        "拼多多订单.csv", "utf-8-sig",
        ("商品", "订单号", "订单状态", "商品总价(元)", "用户实付金额(元)", "商家实收金额(元)", "商品数量(件)", "发货时间", "确认收货时间", "商品规格", "样式ID", "售后状态", "快递单号", "快递公司", "订单成交时间", "承诺发货时间", "承诺送达时间", "买家ID"),
        [
            (o.product, o.number, status[o.status], f"{o.paid:.2f}", f"{o.paid:.2f}", f"{o.paid:.2f}", o.quantity, _at(o.shipped) or "\t", _at(o.arrived) or "\t", o.sku, "9001", "无售后或售后取消" if o.status != "closed" else "退款成功", o.tracking if o.shipped else "\t", o.carrier if o.shipped else "\t", _at(o.ordered), _at(o.ordered + timedelta(hours=48)), _at(o.ordered + timedelta(days=5)), o.buyer)
            for o in orders
        ],
    )  # fmt: skip
    write(
        "拼多多评价.csv", "utf-8-sig",
        ("订单号", "商品", "商品规格", "评分", "评价内容", "评价时间", "昵称", "买家ID"),
        [
            (r.order.number, r.order.product, r.order.sku, r.stars, r.text or "-", _at(r.posted, "%Y-%m-%d %H:%M"), r.order.buyer[:1] + "**", r.order.buyer)
            for r in reviews
        ],
    )  # fmt: skip


def main() -> None:
    """Write all exports."""
    rng = random.Random(SEED)
    orders = make_orders(rng)
    reviews = make_reviews(rng, orders)
    for platform, writer in (
        ("taobao", write_taobao),
        ("douyin", write_douyin),
        ("jd", write_jd),
        ("pdd", write_pdd),
    ):
        writer(
            [order for order in orders if order.platform == platform],
            [review for review in reviews if review.order.platform == platform],
        )


if __name__ == "__main__":
    main()
