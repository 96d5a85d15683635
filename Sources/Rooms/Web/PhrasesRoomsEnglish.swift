import Site

extension Phrases.Room {
    static let english = Phrases.Room(
        headings: englishHeadings,
        admittedWithoutLink:
            "It is your turn. Go back to the page you came from: it lets you in now.",
        ahead: Phrases.Counted(
            zero: "You are next",
            one: "1 person is ahead of you",
            other: "{n} people are ahead of you"
        ),
        people: Phrases.Counted(zero: "Nobody", one: "1 person", other: "{n} people"),
        rough: Phrases.Room.Rough(
            underMinute: "Less than a minute",
            minute: "About a minute",
            minutes: "About {n} minutes",
            minuteRange: "{min} to {max} minutes",
            hour: "About an hour",
            hours: "About {n} hours",
            hourRange: "{min} to {max} hours"
        ),
        live: Phrases.Room.Live(
            connectionLost: "The connection is lost. Your place is kept; we are trying again.",
            connectionBack: "Connected again.",
            awayTitle: "Come back to keep your turn",
            leaveConfirm: "Leave the line? Your place will be lost.",
            minuteLeft: "One minute left."
        ),
        labels: Phrases.Room.Labels(
            place: "Your place in line",
            progress: "Progress since you joined",
            estimate: "Estimated wait",
            noEstimate: "Not known yet",
            waitingNow: "Waiting now",
            opening: "Opens",
            expires: "Your time ends",
            timeLeft: "Time left",
            join: "Join the line",
            joinAgain: "Join the line again",
            leave: "Leave the line",
            goOn: "Continue",
            note: "Reloading this page does not change your place.",
            titleWithPosition: "No. {n} in line · {room}",
            titleOtherwise: "{title} · {room}"
        ),
        codes: .english,
        reasons: .english
    )

    private static let englishHeadings: [ViewName: Phrases.Heading] = [
        .notInLine: Phrases.Heading(
            headline: "You are not in line yet",
            lead: "Join the line to get your place. You enter when it is your turn."
        ),
        .notOpenYet: Phrases.Heading(
            headline: "Not open yet",
            lead: "You are in line. Keep this page open: from the opening on, people enter in the "
                + "order they came."
        ),
        .notOpenYetDraw: Phrases.Heading(
            headline: "Not open yet",
            lead: "You are registered. At the opening, the order of everybody who came before it "
                + "is drawn by lot; coming earlier makes no difference."
        ),
        .waiting: Phrases.Heading(
            headline: "You are in line",
            lead: "Keep this page open and in view. It updates by itself and tells you when it is "
                + "your turn."
        ),
        .returned: Phrases.Heading(
            headline: "Welcome back",
            lead: "Your turn came while you were away. We kept it for you: you are among the next "
                + "to enter."
        ),
        .admitted: Phrases.Heading(
            headline: "You are in",
            lead: "It is your turn. Please finish before your time runs out."
        ),
        .done: Phrases.Heading(
            headline: "All done",
            lead: "Your visit is complete. Thank you for waiting."
        ),
        .left: Phrases.Heading(
            headline: "You left the line",
            lead: "Your place has been given up. If you join again, you start at the end."
        ),
        .expired: Phrases.Heading(
            headline: "Your time has ended",
            lead: "Your time inside ran out, or your turn passed while you were away. If you join "
                + "again, you start at the end of the line."
        ),
        .closed: Phrases.Heading(
            headline: "This room is closed",
            lead: "Nobody else is let in. There is no need to wait."
        ),
        .soldOut: Phrases.Heading(
            headline: "Sold out",
            lead: "There is nothing left to buy, so waiting longer would not help. We are sorry, "
                + "and thank you for your patience."
        ),
        .soldOutInLine: Phrases.Heading(
            headline: "Sold out for now",
            lead: "You keep your place in line. If something comes back, people are let in in the "
                + "order of the line. This page looks every half minute."
        ),
        .full: Phrases.Heading(
            headline: "The line is full",
            lead: "Nobody else can join right now. Please try again in a moment."
        ),
        .ticketInvalid: Phrases.Heading(
            headline: "This ticket is not valid",
            lead: "It is for another visitor or another room, or it was altered. Join the line to "
                + "get a new one."
        ),
        .unavailable: Phrases.Heading(
            headline: "We cannot see the line right now",
            lead: "Something on our side is not answering. If you were in line, your place is "
                + "kept. We keep trying by ourselves."
        ),
    ]
}
