"""What is said in the reference pictures, in both languages."""

ENGLISH = {
    "question": "How do I begin with strength training at home?",
    "short": """## Three days a week

Begin with **two exercises** that you can do well, and add *one repetition* each time:

1. Squats to a chair, 3 × 8
2. Push-ups against a wall, 3 × 6
   - with a straight back
   - as slowly as you can

> Rest a day between two sessions; that is when you grow stronger.

| Week | Squats | Push-ups |
|:--|--:|--:|
| 1 | 24 | 18 |
| 2 | 27 | 21 |

Write down what you did, as in `2026-03-20: 24, 18`, and see [how others began](https://elsewhere.example/).""",
    "long question": "Explain step by step how I keep a training diary, with a program that adds it up.",
    "paragraph": "Every session gets one line: the date, the exercises, and how hard it was. Whoever writes that down for a month sees"
    " what helps, long before it can be seen in the mirror. A line that is missing is no failure, only a day off.",
    "headings": ["What you write down", "How you read it", "What you change", "When you rest", "What comes next"],
    "items": ["the date, so that you see the pauses", "the exercise and its sets", "from one to ten, how hard it was"],
    "program": "# Adds up the repetitions of each exercise.\ntotals = {}\nfor line in open(\"diary.txt\"):\n"
    "    date, exercise, repetitions = line.split(\",\")\n    totals[exercise] = totals.get(exercise, 0) + int(repetitions)\n"
    "for exercise, total in sorted(totals.items()):\n    print(f\"{exercise:>12}: {total:5d} repetitions since the first line of the diary was written\")",
    "failing": "What may I eat before a run?",
    "known": {"name": "Mei", "age": 34, "sex": "female", "pregnancy": "no", "height": 168, "weight": 62},
    "onboarding": [
        ("I'm Mei, 34, female, and not pregnant", "Good to meet you, Mei. How **tall** are you, and what do you **weigh**?"),
        ("1.68 m and 62 kg", "Noted. How **active** is your daily life without training?"),
    ],
    "older": ["A breakfast with thirty grams of protein", "Sleeping better before early trains", "Stretching for people who sit all day long", "From the sofa to five kilometres"],
}

CHINESE = {
    "question": "在家怎么开始力量训练？",
    "short": """## 每周三天

先从**两个动作**开始，做稳以后，每次*多做一下*：

1. 坐椅深蹲，3 × 8
2. 对墙俯卧撑，3 × 6
   - 背部保持挺直
   - 尽量放慢速度

> 两次训练之间休息一天，力量正是在休息时增长的。

| 周 | 深蹲 | 俯卧撑 |
|:--|--:|--:|
| 1 | 24 | 18 |
| 2 | 27 | 21 |

把做过的记下来，例如 `2026-03-20: 24, 18`，也可以看看[别人是怎么开始的](https://elsewhere.example/)。""",
    "long question": "请一步一步说明怎么写训练日记，再给一个能汇总的小程序。",
    "paragraph": "每次训练写一行：日期、动作、感觉有多累。坚持写一个月，就能看出什么有用，而且比镜子里看到的早得多。"
    "漏写一行不算失败，那只是休息了一天。",
    "headings": ["要写什么", "怎么看", "怎么调整", "什么时候休息", "下一步"],
    "items": ["日期，方便看出间隔", "动作和组数", "从一到十，有多累"],
    "program": "# 汇总每个动作的次数。\ntotals = {}\nfor line in open(\"diary.txt\"):\n"
    "    date, exercise, repetitions = line.split(\",\")\n    totals[exercise] = totals.get(exercise, 0) + int(repetitions)\n"
    "for exercise, total in sorted(totals.items()):\n    print(f\"{exercise:>12}: {total:5d} 次，从日记的第一行算起，一直到今天写下的最后一行为止\")",
    "failing": "跑步之前可以吃什么？",
    "known": {"name": "小梅", "age": 34, "sex": "female", "pregnancy": "no", "height": 168, "weight": 62},
    "onboarding": [
        ("我叫小梅，34 岁，女，没有怀孕", "很高兴认识你，小梅。你**身高**多少，**体重**呢？"),
        ("168 厘米，62 公斤", "记下了。不算训练，你平时的**活动量**怎么样？"),
    ],
    "older": ["三十克蛋白质的早餐", "赶早班车之前怎么睡得更好", "给整天坐着的人的拉伸", "从沙发到五公里"],
}


def long_reply(texts):
    """A reply of several screens, with everything that is wide or high."""
    first, *others = texts["headings"]
    listed = "\n".join(f"- {item}" for item in texts["items"])
    parts = [f"## {first}", texts["paragraph"], listed, f"```python\n{texts['program']}\n```"]
    for heading in others:
        parts += [f"## {heading}", texts["paragraph"], texts["paragraph"]]
    return "\n\n".join(parts)
