"""Texts in many scripts, and the encodings that each is met in besides UTF-8."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "German": "Die Mädchen hören Geräusche, während die Bäume blühen; häufig größer als früher.\n",
    "French": "Il était une fois, à l’école, une élève très douée. « Où vas-tu, Hélène ? »\n",
    "Spanish": "El niño pequeño caminó hacia la montaña; ¿dónde está mañana? Él respondió: aquí.\n",
    "Swedish": "Det är en vacker dag; på ön går barnen över ängarna och äter smörgåsar.\n",
    "English": "“It’s a truth,” she said — and the café’s owner nodded… “We’ve got £5.”\n",
    "Polish": "Zażółć gęślą jaźń. Wczoraj wieczorem poszedłem do sklepu, kupić świeży chleb.\n",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. Včera večer jsem šel koupit čerstvý chléb.\n",
    "Hungarian": "Árvíztűrő tükörfúrógép. Tegnap este elmentem a boltba, hogy kenyeret vegyek.\n",
    "Turkish": "Kuşlar gökyüzünde uçarken çocuklar oynuyordu. Yağmur yağdığında herkes girdi.\n",
    "Lithuanian": "Vakar vakare nuėjau į parduotuvę pirkti šviežios duonos; grįžau pėsčiomis.\n",
    "Greek": "Χθες το βράδυ πήγα στο μαγαζί για να αγοράσω φρέσκο ψωμί, αλλά ήταν κλειστό.\n",
    "Russian": "Съешь же ещё этих мягких французских булок, да выпей чаю. Вчера я пошёл домой.\n",
    "Ukrainian": "Вчора ввечері я пішов до крамниці, щоб купити свіжий хліб. Їжак і ґава сиділи.\n",
    "Hebrew": "אתמול בערב הלכתי לחנות כדי לקנות לחם טרי, אבל היא כבר הייתה סגורה.\n",
    "Arabic": "ذهبت مساء أمس إلى المتجر لشراء خبز طازج، لكنه كان مغلقا بالفعل.\n",
    "Hindi": "कल शाम मैं ताज़ी रोटी खरीदने दुकान गया, लेकिन वह बंद हो चुकी थी।\n",
    "Thai": "เมื่อวานตอนเย็นฉันไปร้านเพื่อซื้อขนมปังสด แต่ร้านปิดแล้ว ฉันจึงเดินกลับบ้าน\n",
    "Japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n",
    "Chinese": "昨天晚上我去商店买新鲜的面包，可是已经关门了。于是我在星光下走回家，\n",
    "Traditional": "昨天晚上我去商店買新鮮的麵包，可是已經關門了。於是我在星光下走回家，\n",
    "Korean": "어제 저녁에 신선한 빵을 사러 가게에 갔지만 이미 닫혀 있었다.\n",
}

_USED: dict[str, str] = {
    "German": "latin-1 cp1252",
    "French": "cp1252",
    "Spanish": "latin-1 cp1252",
    "Swedish": "latin-1",
    "English": "cp1252",
    "Polish": "cp1250 iso8859-2",
    "Czech": "cp1250 iso8859-2",
    "Hungarian": "cp1250 iso8859-2",
    "Turkish": "cp1254 iso8859-9",
    "Lithuanian": "cp1257",
    "Greek": "cp1253 iso8859-7",
    "Russian": "cp1251 koi8-r iso8859-5",
    "Ukrainian": "cp1251 koi8-u",
    "Hebrew": "cp1255 iso8859-8",
    "Arabic": "cp1256 iso8859-6",
    "Thai": "cp874",
    "Japanese": "shift_jis euc_jp",
    "Chinese": "gb18030 gb2312",
    "Traditional": "big5",
    "Korean": "euc_kr",
}

ENCODED = [(language, name) for language, names in _USED.items() for name in names.split()]
"""Every text with every encoding that it is met in, UTF-8 left out."""
