import Site

extension Phrases.Seats {
    static let english = Phrases.Seats(
        labels: Phrases.SeatLabels(
            choose: "Choose your seats",
            price: "Price of a seat",
            available: "Free now",
            balance: "Your points",
            opening: "Sales open",
            key: "Signs in the map",
            keyboard: "With a keyboard: the arrow keys move, the space bar chooses.",
            sections: "Parts of the house",
            skip: "Skip to the seats",
            section: "Seats {from} to {to}",
            row: "Row {n}",
            seat: "Seat {n}, {state}",
            hold: "Hold these seats",
            held: "Held for you",
            heldLead: "Pay before the time runs out; after it, the seats are free for everybody.",
            heldSeats: "Seats",
            amount: "Amount",
            timeLeft: "Time left",
            heldUntil: "Held until",
            pay: "Pay",
            giveBack: "Give the seats back",
            chargeAmount: "Points to add",
            chargeDo: "Charge",
            receipt: "The seats are yours",
            receiptLead: "The payment is complete. Keep its number.",
            payment: "Payment number",
            toRoom: "Go to the waiting room",
            toSeats: "Back to the seats",
            allRooms: "All performances",
            unavailable: "We cannot see the seats right now",
            cancel: Phrases.CancelLabels(
                title: "Cancelling",
                never: "Not possible",
                always: "Possible at any time",
                until: "Until {time}",
                times: "Payments you may cancel: {n}"
            )
        ),
        states: Phrases.SeatStates(
            free: "free",
            held: "held by somebody",
            sold: "sold",
            chosen: "chosen",
            yours: "held for you"
        ),
        notices: notices,
        chosen: Phrases.Counted(
            zero: "No seats chosen",
            one: "1 seat chosen",
            other: "{n} seats chosen"
        ),
        free: Phrases.Counted(zero: "None free", one: "1 free", other: "{n} free")
    )

    private static let notices = Phrases.SeatNotices(
        seatsTaken: "Somebody else was faster. No longer free: {seats}. Choose others.",
        seatLost: "Seat {n} is no longer free.",
        seatLimit: "One person can have {n} seats at the most.",
        chooseFirst: "Choose at least one seat.",
        notAdmitted: "You are not inside the waiting room, so you cannot hold seats. Join its line "
            + "first.",
        notOpenYet: "Sales are not open yet. You can look at the seats.",
        soldOut: "Sold out: there are no seats left.",
        holdExpired: "The seats are no longer held for you. Nothing was charged.",
        holdOver: "The time is over: the seats are no longer held for you.",
        insufficientPoints: "You do not have enough points: {points} are missing. The seats are "
            + "still held for you.",
        balanceLimit: "That is more points than an account can have.",
        badAmount: "Enter a whole number of points, at least 1.",
        unavailable: "The seats cannot be reached right now. We keep trying.",
        unauthenticated: "We do not know who you are. Come from the waiting room, or log in first.",
        isBeingPaid: "These seats are being paid for: they can no longer be given back.",
        paying: "Your payment is being made.",
        payingAgain: "No answer yet. Trying again costs nothing: you never pay twice for this.",
        held: "Seats held for you: {seats}. You have {time} to pay.",
        givenBack: "You gave the seats back.",
        paid: "Paid. The seats are yours: {seats}.",
        charged: "The points are in your account.",
        failed: "That did not work. Reload the page and try again.",
        connectionLost: "The connection is lost. The map may be out of date; we are trying again.",
        connectionBack: "Connected again.",
        minuteLeft: "One minute left to pay."
    )
}
